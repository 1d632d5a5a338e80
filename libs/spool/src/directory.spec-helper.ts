import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANES } from './lanes.js';
import type { RecordGroup } from './record/group.js';
import { LaneState } from './record/lane.state.js';
import { LaneWriter, type WritableGroup } from './store/lane.writer.js';

/** A folder of its own for one test. */
export class TestFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'nest-telemetry-spool-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

let lastId = 0;

export function testGroup(signal: RecordGroup['signal'] = 'traces'): WritableGroup {
  lastId += 1;
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  return { signal, resource: bytes('resource'), scope: bytes(`scope ${lastId}`), id: lastId, definedIn: [] };
}

/** What the writers of a process have in a directory. */
export class TestWriters {
  readonly shared = LaneState.share(LANES.length);
  readonly states = LANES.map(({ index }) => new LaneState(this.shared, index));
  readonly #writers: LaneWriter[];
  #now = 0;

  constructor(directory: string, maxBytes = 1 << 22) {
    const limits = { maxBytes, maxMillis: 30_000 };
    this.#writers = this.states.map((state, lane) => new LaneWriter(directory, lane, state, limits));
  }

  write(lane: number, group: WritableGroup, ...messages: readonly string[]): void {
    for (const message of messages) {
      this.#writers[lane]?.add(group, Buffer.from(message), (this.#now += 1));
      this.#writers[lane]?.flush();
    }
  }

  writeTogether(lane: number, group: WritableGroup, ...messages: readonly string[]): void {
    for (const message of messages) this.#writers[lane]?.add(group, Buffer.from(message), this.#now);
    this.#writers[lane]?.flush();
  }

  close(): void {
    for (const writer of this.#writers) writer.close();
  }
}
