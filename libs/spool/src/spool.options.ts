import { isAbsolute } from 'node:path';
import type { Signal } from '@nest-telemetry/otlp';

/** Where one kind of telemetry is sent. */
export interface Destination {
  /**
   * The full address. Over HTTP with its path, as in `http://collector:4318/v1/traces`; over gRPC only host and port.
   */
  readonly url: string;
  /**
   * How requests are sent.
   * @defaultValue `'http/protobuf'`
   */
  readonly protocol?: 'http/protobuf' | 'grpc' | undefined;
  /** Sent with every request. They are kept in memory only and are in no event. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * How requests are compressed.
   * @defaultValue `'gzip'`
   */
  readonly compression?: 'gzip' | 'none' | undefined;
  /**
   * How long one attempt may take from connecting to the last byte of the answer, in milliseconds. It is a total: a
   * server that keeps sending a byte now and then cannot hold it.
   * @defaultValue 10_000
   */
  readonly timeoutMillis?: number | undefined;
  /** Certificates in PEM, for `https:`. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

/** Options of a {@link Spool}. */
export interface SpoolOptions {
  /**
   * Absolute path under which spools live, in `<directory>/<service>/<uuid>/`. There is no default: telemetry does not
   * belong into a temporary directory that is shared with others.
   */
  readonly directory: string;
  /** Processes of the same service take over what others of them left behind. */
  readonly service: string;
  /** A signal without a destination is refused by {@link Spool.stream}. */
  readonly destinations: Partial<Readonly<Record<Signal, Destination>>>;
  /**
   * Bytes on disk; beyond, whole segments are dropped, the oldest first, and those of error traces last.
   * @defaultValue 268_435_456
   */
  readonly maxBytes?: number | undefined;
  /**
   * Segments in which nothing was written for longer are dropped.
   * @defaultValue 86_400_000
   */
  readonly maxAgeMillis?: number | undefined;
  /**
   * Bytes kept in memory while the disk cannot be used; beyond, the oldest are dropped.
   * @defaultValue 16_777_216
   */
  readonly maxMemoryBytes?: number | undefined;
  /**
   * Longest record in bytes; a longer one is dropped.
   * @defaultValue 1_048_576
   */
  readonly maxRecordBytes?: number | undefined;
  /** When a new segment file is begun. */
  readonly segment?:
    | {
        /** No more than an eighth of the whole spool. @defaultValue 4_194_304 */
        readonly maxBytes?: number | undefined;
        /** @defaultValue 30_000 */
        readonly maxMillis?: number | undefined;
      }
    | undefined;
  /** What is sent in one request. */
  readonly batch?:
    | {
        /** @defaultValue 1024 */
        readonly maxRecords?: number | undefined;
        /** Before compression. @defaultValue 1_048_576 */
        readonly maxBytes?: number | undefined;
        /** Pause between two looks for new records, in milliseconds. @defaultValue 1000 */
        readonly delayMillis?: number | undefined;
      }
    | undefined;
  /** Pauses after failed attempts: a random time up to a bound that doubles. */
  readonly retry?:
    | {
        /** @defaultValue 200 */
        readonly initialMillis?: number | undefined;
        /** @defaultValue 30_000 */
        readonly maxMillis?: number | undefined;
        /** Longest `Retry-After` that is honoured. @defaultValue 300_000 */
        readonly maxRetryAfterMillis?: number | undefined;
      }
    | undefined;
  /** Above a rate, records are collected for a moment and written together. */
  readonly groupCommit?:
    | {
        /** @defaultValue 5000 */
        readonly recordsPerSecond?: number | undefined;
        /** @defaultValue 10 */
        readonly maxMillis?: number | undefined;
      }
    | undefined;
  /**
   * How often spools of processes that ended are looked for, in milliseconds.
   * @defaultValue 5000
   */
  readonly adoptionMillis?: number | undefined;
  /**
   * Send from a thread of its own. Without, and where no thread can be started, the main thread sends.
   * @defaultValue true
   */
  readonly worker?: boolean | undefined;
  /**
   * For how long after its start a process is left alone: the thread is started then, or when somebody waits for delivery.
   * Starting one costs as much CPU as some applications do. In milliseconds.
   * @defaultValue 0
   */
  readonly workerDelayMillis?: number | undefined;
  /**
   * Runs what the main thread sends, should it have to, for example with tracing suppressed.
   * @defaultValue `(work) => work()`
   */
  readonly isolate?: ((work: () => void) => void) | undefined;
}

/** {@link Destination} with every default. */
export interface ResolvedDestination {
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'grpc';
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly timeoutMillis: number;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** {@link SpoolOptions} that can be handed to a thread, with every default. */
export interface SpoolSettings {
  readonly directory: string;
  readonly service: string;
  readonly destinations: Partial<Readonly<Record<Signal, ResolvedDestination>>>;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
  readonly maxMemoryBytes: number;
  readonly maxRecordBytes: number;
  readonly segment: { readonly maxBytes: number; readonly maxMillis: number };
  readonly batch: { readonly maxRecords: number; readonly maxBytes: number; readonly delayMillis: number };
  readonly retry: {
    readonly initialMillis: number;
    readonly maxMillis: number;
    readonly maxRetryAfterMillis: number;
  };
  readonly groupCommit: { readonly recordsPerSecond: number; readonly maxMillis: number };
  readonly adoptionMillis: number;
  readonly workerDelayMillis: number;
}

/**
 * Thrown by the constructor of {@link Spool}, and by nothing else.
 * @since 0.1.0
 */
export class SpoolOptionsError extends Error {
  override readonly name = 'SpoolOptionsError';
  /** The same for every option. */
  readonly code = 'SPOOL_INVALID_OPTION';
  /** The option, as in `batch.maxBytes`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path} ${problem}`);
    this.path = path;
  }
}

/** Segments must be few enough to be listed and large enough to be worth a file. */
const SMALLEST_SEGMENT = 4096;
/** Positions in a segment are kept in 31 bits. */
const LARGEST_SEGMENT = 1 << 30;

/**
 * Applies the defaults.
 * @throws SpoolOptionsError
 */
export function resolveSettings(options: SpoolOptions): SpoolSettings {
  const { directory, service, segment = {}, batch = {}, retry = {}, groupCommit = {} } = options;
  if (typeof directory !== 'string' || !isAbsolute(directory))
    throw new SpoolOptionsError('directory', 'must be an absolute path');
  if (typeof service !== 'string' || service === '')
    throw new SpoolOptionsError('service', 'must be a name that is not empty');
  const maxRecordBytes = positive('maxRecordBytes', options.maxRecordBytes, 1 << 20);
  const maxBytes = positive('maxBytes', options.maxBytes, 1 << 28);
  const segmentBytes = positive('segment.maxBytes', segment.maxBytes, 1 << 22);
  if (segmentBytes < SMALLEST_SEGMENT || segmentBytes > LARGEST_SEGMENT)
    throw new SpoolOptionsError('segment.maxBytes', `must be from ${SMALLEST_SEGMENT} to ${LARGEST_SEGMENT}`);
  return {
    directory,
    service,
    destinations: resolveDestinations(options.destinations),
    maxBytes,
    maxAgeMillis: positive('maxAgeMillis', options.maxAgeMillis, 86_400_000),
    maxMemoryBytes: positive('maxMemoryBytes', options.maxMemoryBytes, 1 << 24),
    maxRecordBytes,
    segment: {
      // What is given up is a segment: of a small spool, not half of it.
      maxBytes: Math.max(SMALLEST_SEGMENT, Math.min(segmentBytes, Math.floor(maxBytes / 8))),
      maxMillis: positive('segment.maxMillis', segment.maxMillis, 30_000),
    },
    batch: {
      maxRecords: positive('batch.maxRecords', batch.maxRecords, 1024),
      maxBytes: positive('batch.maxBytes', batch.maxBytes, 1 << 20),
      delayMillis: positive('batch.delayMillis', batch.delayMillis, 1000),
    },
    retry: {
      initialMillis: positive('retry.initialMillis', retry.initialMillis, 200),
      maxMillis: positive('retry.maxMillis', retry.maxMillis, 30_000),
      maxRetryAfterMillis: positive('retry.maxRetryAfterMillis', retry.maxRetryAfterMillis, 300_000),
    },
    groupCommit: {
      recordsPerSecond: positive('groupCommit.recordsPerSecond', groupCommit.recordsPerSecond, 5000),
      maxMillis: positive('groupCommit.maxMillis', groupCommit.maxMillis, 10),
    },
    adoptionMillis: positive('adoptionMillis', options.adoptionMillis, 5000),
    workerDelayMillis:
      options.workerDelayMillis === 0 ? 0 : positive('workerDelayMillis', options.workerDelayMillis, 0),
  };
}

function resolveDestinations(destinations: SpoolOptions['destinations']): SpoolSettings['destinations'] {
  const entries = Object.entries(destinations ?? {}).map(([signal, destination]) => {
    const path = `destinations.${signal}`;
    const { protocol = 'http/protobuf', headers = {}, compression = 'gzip', tls = {} } = destination;
    if (!URL.canParse(destination.url) || !/^https?:$/.test(new URL(destination.url).protocol))
      throw new SpoolOptionsError(`${path}.url`, 'must be an http: or https: address');
    const timeoutMillis = positive(`${path}.timeoutMillis`, destination.timeoutMillis, 10_000);
    return [signal, { url: destination.url, protocol, headers, compression, tls, timeoutMillis }];
  });
  if (entries.length === 0) throw new SpoolOptionsError('destinations', 'must name at least one');
  return Object.fromEntries(entries) as SpoolSettings['destinations'];
}

function positive(path: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  // Timers take no more than 31 bits; nothing here has a use for more in bytes either, but the size on disk.
  if (!Number.isFinite(value) || value <= 0) throw new SpoolOptionsError(path, 'must be a positive number');
  return value;
}
