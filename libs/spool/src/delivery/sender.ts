import type { Signal } from '@nest-telemetry/otlp';
import type { SpoolSettings } from '../spool.options.js';
import type { Counters } from '../spool.stats.js';
import type { Announcer } from './announcer.js';
import { createTransport } from './create.transport.js';
import { DestinationLoop } from './destination.loop.js';
import type { RecordSource } from './record.source.js';

/** A loop for each destination, over one source. */
export class Sender {
  readonly #loops: readonly DestinationLoop[];
  readonly #ended: Promise<unknown>;

  constructor(
    source: RecordSource,
    parts: {
      readonly settings: SpoolSettings;
      readonly counters: Counters;
      readonly announcer: Announcer;
      readonly holdsProcess: boolean;
    },
  ) {
    const { settings, holdsProcess } = parts;
    this.#loops = Object.entries(settings.destinations).map(([name, destination]) => {
      const signal = name as Signal;
      const transport = createTransport({ signal, destination, holdsProcess });
      return new DestinationLoop({ ...parts, signal, source, transport });
    });
    this.#ended = Promise.all(this.#loops.map((loop) => loop.run()));
  }

  /** Has what waits looked for now. */
  nudge(): void {
    for (const loop of this.#loops) loop.nudge();
  }

  /** Delivers what waits, as far as it can be delivered at once. */
  async close(): Promise<void> {
    for (const loop of this.#loops) loop.close();
    await this.#ended;
  }

  /** Cuts off what is under way. */
  async stop(): Promise<void> {
    for (const loop of this.#loops) loop.stop();
    await this.#ended;
  }
}
