import type { Signal } from '@nest-telemetry/otlp';
import { SIGNALS } from '../lanes.js';

/** What records have in common: encoded once, and written once into each segment that has some of them. */
export interface RecordGroup {
  /** What kind of records they are. */
  readonly signal: Signal;
  /** As `encodeResource` makes it. */
  readonly resource: Uint8Array;
  /** As `encodeScope` makes it. */
  readonly scope: Uint8Array;
}

/** Records of one group, as they stand in an export request; see `framed.records.ts`. */
export interface RecordRun {
  readonly group: RecordGroup;
  readonly content: Uint8Array;
}

/** One encoded span, log record or metric, and what it belongs to. */
export interface StoredRecord {
  readonly group: RecordGroup;
  readonly message: Uint8Array;
}

const PREFIX = 9;

/** Length of the payload of a group. */
export function groupLength({ resource, scope }: RecordGroup): number {
  return PREFIX + resource.length + scope.length;
}

export function writeGroup(buffer: Buffer, at: number, id: number, group: RecordGroup): void {
  const { signal, resource, scope } = group;
  buffer.writeUInt32LE(id, at);
  buffer[at + 4] = SIGNALS.indexOf(signal);
  buffer.writeUInt32LE(resource.length, at + 5);
  buffer.set(resource, at + PREFIX);
  buffer.set(scope, at + PREFIX + resource.length);
}

/** Reads a group; the bytes are copied, for they outlive the buffer. */
export function readGroup(
  buffer: Buffer,
  start: number,
  end: number,
): { readonly id: number; readonly group: RecordGroup } | undefined {
  if (end - start < PREFIX) return undefined;
  const signal = SIGNALS[buffer[start + 4] ?? SIGNALS.length];
  const scopeAt = start + PREFIX + buffer.readUInt32LE(start + 5);
  if (signal === undefined || scopeAt > end) return undefined;
  return {
    id: buffer.readUInt32LE(start),
    group: {
      signal,
      resource: Uint8Array.prototype.slice.call(buffer, start + PREFIX, scopeAt),
      scope: Uint8Array.prototype.slice.call(buffer, scopeAt, end),
    },
  };
}
