import { unlinkSync } from 'node:fs';
import { decodeTraces, wrapSpans } from '@nest-telemetry/otlp';
import { INTERRUPTED, OPEN } from '../lanes.js';
import { recordsOf } from '../record/framed.records.js';
import type { RecordGroup } from '../record/group.js';
import { LaneState } from '../record/lane.state.js';
import { decodeOpen } from '../record/open.entry.js';
import { SegmentReader } from '../record/segment.reader.js';
import { LaneWriter, type WritableGroup } from './lane.writer.js';
import { listSegments, segmentPath, type SegmentFile } from './spool.directory.js';

/** The field `end_time_unix_nano` of a Span. */
const END_TIME = 0x41;
const NANOS_PER_MILLI = 1_000_000n;
const NOTHING = new Uint8Array();
const UNLIMITED = { maxBytes: Infinity, maxMillis: Infinity };

interface Left {
  readonly group: RecordGroup;
  readonly record: Uint8Array;
}

/**
 * Makes what a process was at when it died into records to be delivered, in a directory that was taken over. Spans end
 * when the process last said that it lived, or as they were written down if that is later. Doing it twice does no harm. Throws when the disk cannot be used.
 */
export function settleInterrupted(directory: string): void {
  const files = listSegments(directory)[OPEN] ?? [];
  if (files.length === 0) return;
  const { left, lastTime } = readOpen(files);
  if (left.length > 0) writeInterrupted(directory, left, lastTime);
  for (const { path } of files) unlinkSync(path);
}

function readOpen(files: readonly SegmentFile[]): {
  readonly left: readonly Left[];
  readonly lastTime: number;
} {
  const left = new Map<number, Left>();
  let lastTime = 0;
  for (const { path } of files) {
    const reader = SegmentReader.open(path);
    if (reader === undefined) continue;
    reader.read(reader.size(), ({ group, content }) => {
      for (const entry of [...recordsOf(content)].map(decodeOpen)) {
        if (entry === undefined) continue;
        lastTime = Math.max(lastTime, entry.time);
        if (entry.record === undefined) left.delete(entry.key);
        else left.set(entry.key, { group, record: entry.record });
      }
      return true;
    });
    reader.close();
  }
  return { left: [...left.values()], lastTime };
}

function writeInterrupted(directory: string, left: readonly Left[], lastTime: number): void {
  try {
    unlinkSync(segmentPath(directory, INTERRUPTED, 0));
  } catch {
    // It is there only if whoever took the directory over died as well.
  }
  const state = new LaneState(LaneState.share(INTERRUPTED + 1), INTERRUPTED);
  const writer = new LaneWriter(directory, INTERRUPTED, state, UNLIMITED);
  const groups = new Map<RecordGroup, WritableGroup>();
  const now = performance.now();
  try {
    for (const { group, record } of left) {
      const writable = groups.get(group) ?? { ...group, id: groups.size + 1, definedIn: [] };
      groups.set(group, writable);
      const life = BigInt(lastTime) * NANOS_PER_MILLI;
      const ended = endOf(record);
      writer.add(writable, Buffer.concat([record, endTime(ended > life ? ended : life)]), now);
    }
    writer.flush();
  } finally {
    writer.close();
  }
}

/** As whoever began it wrote it down, which is finer than signs of life are. */
function endOf(record: Uint8Array): bigint {
  try {
    const [resource] = decodeTraces(wrapSpans(NOTHING, NOTHING, [record])).resourceSpans;
    return resource?.scopeSpans[0]?.spans[0]?.endTimeUnixNano ?? 0n;
  } catch {
    return 0n;
  }
}

/** Of a field that is there twice the last one counts. */
function endTime(nanos: bigint): Uint8Array {
  const field = Buffer.alloc(9);
  field[0] = END_TIME;
  field.writeBigUInt64LE(nanos, 1);
  return field;
}
