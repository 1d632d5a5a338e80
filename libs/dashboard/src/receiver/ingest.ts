import { DashboardError } from '../dashboard.errors.js';
import type { IngestRequest, IngestResult } from '../store/store.js';
import type { ByteBudget } from './byte.budget.js';

/** Where received requests go. */
export interface Ingest {
  /** Of all requests that are being received or written. */
  readonly budget: ByteBudget;
  take(request: IngestRequest): Promise<IngestResult>;
}

/** How receivers are run. */
export interface ReceiverOptions {
  /** How long one request may take to come in. */
  readonly slowestBodyMillis: number;
}

export const RECEIVER_DEFAULTS: ReceiverOptions = { slowestBodyMillis: 30_000 };

/** What is wrong with a request, for both protocols. */
export interface Refusal {
  readonly kind: 'malformed' | 'too-large' | 'too-slow' | 'unknown-encoding' | 'busy' | 'failed';
  readonly message: string;
  /** For senders that may try again. */
  readonly retryAfterSeconds: number | undefined;
}

const SECONDS_TO_WAIT = 1;
const KINDS: Readonly<Record<string, Refusal['kind']>> = {
  ND_BODY_TOO_LARGE: 'too-large',
  OTLP_TOO_LARGE: 'too-large',
  ND_BODY_TOO_SLOW: 'too-slow',
  ND_ENCODING_UNKNOWN: 'unknown-encoding',
  ND_BODY_MALFORMED: 'malformed',
  OTLP_TRUNCATED: 'malformed',
  OTLP_MALFORMED: 'malformed',
  OTLP_TOO_DEEP: 'malformed',
  ND_BUSY: 'busy',
};

/** What the request of a sender came to, by the error it ended in. */
export function refusalOf(error: unknown): Refusal {
  const code = error instanceof DashboardError ? error.code : '';
  const kind = KINDS[code] ?? 'failed';
  // What went wrong in here is nothing a sender has to know.
  const message = kind === 'failed' ? 'The dashboard could not store it.' : (error as DashboardError).message;
  const mayComeAgain = kind === 'busy' || kind === 'failed';
  return { kind, message, retryAfterSeconds: mayComeAgain ? SECONDS_TO_WAIT : undefined };
}

/** What is told to a sender of whose request a part was not taken. */
export function partialSuccess({ rejected }: IngestResult, what: string) {
  if (rejected === 0) return undefined;
  return { rejected: BigInt(rejected), errorMessage: `${rejected} ${what}` };
}

/** Why parts of requests are not taken, by signal. */
export const REJECTED = {
  traces: 'spans had no valid trace id or span id.',
  logs: 'log records were not taken.',
  metrics: 'points belonged to more series than are kept of one metric.',
} as const;
