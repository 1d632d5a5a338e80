import type { Signal } from '@nest-telemetry/otlp';
import { SIGNALS } from './lanes.js';

/** Why records were given up. Every one of them is permanent. */
export type DropReason =
  /** The spool was as large as it may become. */
  | 'full'
  /** It waited longer than allowed. */
  | 'expired'
  /** The memory that stands in for a broken disk was full. */
  | 'memory'
  /** The receiver refused the request for good, with all its records. */
  | 'refused'
  /** The receiver took the request but not all of its records (partial success). */
  | 'rejected'
  /** The receiver refused a request with this record alone, and takes its neighbours. */
  | 'quarantined'
  /** What was read from disk is not what was written. */
  | 'corrupt'
  /** Somebody else deleted the files. */
  | 'missing'
  /** Longer than a record may be. */
  | 'too-large'
  /** It came after the end of the spool, or was in memory at the end. */
  | 'closed';

const DROP_REASONS: readonly DropReason[] = [
  'full',
  'expired',
  'memory',
  'refused',
  'rejected',
  'quarantined',
  'corrupt',
  'missing',
  'too-large',
  'closed',
];

/** What happened to the records of one signal since the spool was made. */
export interface SignalStats {
  /** Records handed to the spool. */
  readonly appended: number;
  /** Records taken over from processes that ended, counted when they were delivered or given up. */
  readonly adopted: number;
  /** Records that the receiver took. */
  readonly sent: number;
  /** Requests that failed and were or will be sent again. */
  readonly retried: number;
  /** Records that were given up. */
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** What a {@link Spool} tells about itself. */
export interface SpoolStats {
  /** What became of the records of each signal. */
  readonly signals: Readonly<Record<Signal, SignalStats>>;
  /** Where records go that are appended now. */
  readonly state: 'disk' | 'memory' | 'closed';
  /** Which thread sends from disk. */
  readonly sender: 'worker' | 'main';
  /** Whether the last attempt to deliver failed. */
  readonly isOutage: boolean;
  /** Records of this process that are neither delivered nor given up. */
  readonly waiting: number;
  /** Bytes of segment files, those that were taken over included. */
  readonly bytesOnDisk: number;
  /** Bytes of records that are kept in memory because the disk cannot be used. */
  readonly bytesInMemory: number;
  /** Age of the oldest segment with something to send, in milliseconds; 0 when nothing waits. */
  readonly oldestMillis: number;
}

const NAMES = ['appended', 'adopted', 'sent', 'retried', ...DROP_REASONS] as const;
export type CounterName = (typeof NAMES)[number];
const INDEX = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Record<CounterName, number>;

const GAUGES = ['bytesOnDisk', 'measurements', 'oldestCreated', 'outage'] as const;
export type GaugeName = (typeof GAUGES)[number];

const PER_BANK = SIGNALS.length * NAMES.length + GAUGES.length;

/** Each thread that counts has numbers of its own, for two that add to one number lose some. */
export type Bank = 'main' | 'sender';

/**
 * Counters in memory that threads share: they can be read at any time without asking the other thread, and survive it.
 */
export class Counters {
  readonly shared: SharedArrayBuffer;
  readonly #cells: Float64Array;
  readonly #offset: number;

  constructor(bank: Bank, shared = new SharedArrayBuffer(2 * PER_BANK * Float64Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#cells = new Float64Array(shared);
    this.#offset = bank === 'main' ? 0 : PER_BANK;
  }

  add(signal: Signal, name: CounterName, count: number): void {
    const cell = this.#offset + cellOf(signal, name);
    this.#cells[cell] = (this.#cells[cell] ?? 0) + count;
  }

  setGauge(name: GaugeName, value: number): void {
    this.#cells[this.#offset + SIGNALS.length * NAMES.length + GAUGES.indexOf(name)] = value;
  }

  /** Over both banks. */
  gauge(name: GaugeName): number {
    const cell = SIGNALS.length * NAMES.length + GAUGES.indexOf(name);
    return this.#read(cell);
  }

  signals(): SpoolStats['signals'] {
    return Object.fromEntries(
      SIGNALS.map((signal) => [signal, this.#signal(signal)]),
    ) as SpoolStats['signals'];
  }

  #signal(signal: Signal): SignalStats {
    const read = (name: CounterName): number => this.#read(cellOf(signal, name));
    return {
      appended: read('appended'),
      adopted: read('adopted'),
      sent: read('sent'),
      retried: read('retried'),
      dropped: Object.fromEntries(
        DROP_REASONS.map((reason) => [reason, read(reason)]),
      ) as SignalStats['dropped'],
    };
  }

  #read(cell: number): number {
    return (this.#cells[cell] ?? 0) + (this.#cells[PER_BANK + cell] ?? 0);
  }
}

function cellOf(signal: Signal, name: CounterName): number {
  return SIGNALS.indexOf(signal) * NAMES.length + INDEX[name];
}
