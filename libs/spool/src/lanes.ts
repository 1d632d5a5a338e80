import type { Signal } from '@nest-telemetry/otlp';

/** A series of segments of its own. Its index is part of the file format: lanes are only ever added at the end. */
export interface Lane {
  readonly index: number;
  /** The last part of the names of its files. */
  readonly name: string;
  readonly signal: Signal;
  /** Given up only when there is nothing else left to give up. */
  readonly isPrecious: boolean;
  /** Its records are delivered only if the process dies; see `open.records.ts`. */
  readonly isProvisional?: boolean;
}

export const SIGNALS: readonly Signal[] = ['traces', 'logs', 'metrics'];

export const LANES: readonly Lane[] = [
  { index: 0, name: 'traces', signal: 'traces', isPrecious: false },
  { index: 1, name: 'errors', signal: 'traces', isPrecious: true },
  { index: 2, name: 'logs', signal: 'logs', isPrecious: false },
  { index: 3, name: 'metrics', signal: 'metrics', isPrecious: false },
  { index: 4, name: 'interrupted', signal: 'traces', isPrecious: true },
  { index: 5, name: 'open', signal: 'traces', isPrecious: true, isProvisional: true },
];

/** Of spans that a process was at when it died. */
export const INTERRUPTED = 4;
/** Of spans that a process is at. */
export const OPEN = 5;

/** The lane of a record; only traces tell errors apart. */
export function laneIndexOf(signal: Signal, isError: boolean): number {
  if (signal === 'traces') return isError ? 1 : 0;
  return signal === 'logs' ? 2 : 3;
}
