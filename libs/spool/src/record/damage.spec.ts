import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestFolder, testGroup, TestWriters } from '../directory.spec-helper.js';
import { seededRandom } from '../seeded.spec-helper.js';
import { recordsOf } from './framed.records.js';
import { SegmentReader } from './segment.reader.js';

const RECORDS = 40;
const FLIPS = 20_000;

interface Sample {
  readonly path: string;
  readonly bytes: Buffer;
  readonly messages: readonly string[];
}

/** A segment whose records are of two groups, with texts of various lengths. */
function sampleIn(folder: TestFolder, filler = 'x'): Sample {
  const writers = new TestWriters(folder.path);
  const groups = [testGroup(), testGroup()];
  const messages = Array.from(
    { length: RECORDS },
    (_, index) => `record ${index} ${filler.repeat((index * 7) % 90)}`,
  );
  messages.forEach((message, index) => {
    const group = groups[index % 2];
    if (group !== undefined) writers.write(0, group, message);
  });
  writers.close();
  const [name = ''] = readdirSync(folder.path);
  const path = join(folder.path, name);
  return { path, bytes: readFileSync(path), messages };
}

/** What is read of a segment, by sequence number; nothing when it cannot be opened. */
function read(path: string): Map<number, string> {
  const found = new Map<number, string>();
  const reader = SegmentReader.open(path);
  reader?.read(reader.size(), ({ sequence, content }) => {
    [...recordsOf(content)].forEach((record, index) =>
      found.set(sequence + index, Buffer.from(record).toString()),
    );
    return true;
  });
  reader?.close();
  return found;
}

function readAs(path: string, bytes: Buffer): Map<number, string> {
  writeFileSync(path, bytes);
  return read(path);
}

describe('A segment', () => {
  it('is read as it was written', () => {
    using folder = new TestFolder();
    const { path, bytes, messages } = sampleIn(folder);
    expect([...readAs(path, bytes).values()]).toEqual(messages);
  });

  it('that ends anywhere is read up to there, and no further', { timeout: 60_000 }, () => {
    using folder = new TestFolder();
    const { path, bytes, messages } = sampleIn(folder);
    let most = RECORDS;
    for (let length = bytes.length; length >= 0; length -= 1) {
      truncateSync(path, length);
      const found = [...read(path).values()];
      if (found.length > most || found.some((message, index) => message !== messages[index]))
        expect.fail(`${length} bytes are read as ${found.join(', ')}`);
      most = found.length;
    }
    expect(most).toBe(0);
  });

  it(
    `yields nothing that was not written, whichever of ${FLIPS} bits is flipped`,
    { timeout: 60_000 },
    () => {
      using folder = new TestFolder();
      const { path, bytes, messages } = sampleIn(folder);
      const random = seededRandom('flips');
      const descriptor = openSync(path, 'r+');
      let [recovered, spared] = [0, 0];
      for (let flip = 0; flip < FLIPS; flip += 1) {
        const at = Math.floor(random() * bytes.length);
        const byte = bytes[at] ?? 0;
        writeSync(descriptor, Buffer.of(byte ^ (1 << Math.floor(random() * 8))), 0, 1, at);
        const found = read(path);
        writeSync(descriptor, Buffer.of(byte), 0, 1, at);
        for (const [sequence, message] of found) {
          if (message !== messages[sequence])
            expect.fail(`record ${sequence} is ${message} after ${flip} flips`);
        }
        recovered += found.size;
        if (found.size >= RECORDS - 1) spared += 1;
      }
      closeSync(descriptor);
      // A header or a group that is damaged costs more than one record; there are few of them.
      expect(spared / FLIPS).toBeGreaterThan(0.9);
      expect(recovered / FLIPS).toBeGreaterThan(RECORDS * 0.9);
    },
  );

  it('yields what comes after damage', () => {
    using folder = new TestFolder();
    const { path, bytes, messages } = sampleIn(folder);
    const at = bytes.indexOf('record 20 ');
    bytes.fill(0xff, at - 30, at + 5);
    const found = readAs(path, bytes);
    expect([...found.keys()].filter((sequence) => sequence > 21)).toHaveLength(RECORDS - 22);
    expect(messages.filter((_, sequence) => !found.has(sequence)).length).toBeLessThanOrEqual(2);
  });

  it('takes no record of another segment for its own', () => {
    using folder = new TestFolder();
    using other = new TestFolder();
    const { path, bytes } = sampleIn(folder);
    const foreign = sampleIn(other, 'y').bytes;
    const mixed = Buffer.concat([bytes.subarray(0, bytes.length / 2), foreign.subarray(foreign.length / 2)]);
    const half = readAs(path, bytes.subarray(0, bytes.length / 2));
    expect(readAs(path, mixed)).toEqual(half);
  });
});
