import type { DropReason } from './spool.stats.js';

/**
 * What an operator has to know, a few lines however long it lasts. Text of the other side is cut and has no control
 * characters.
 */
export type SpoolEvent =
  /** Delivery fails; records are kept and it is tried again. */
  | { readonly type: 'outage-began'; readonly reason: string }
  /** Said every two minutes. */
  | { readonly type: 'outage-continues'; readonly millis: number; readonly waiting: number }
  | { readonly type: 'outage-ended'; readonly millis: number; readonly waiting: number }
  /** Records are being given up. */
  | { readonly type: 'drops-began'; readonly reason: DropReason; readonly detail: string }
  /** For a minute no more were. */
  | { readonly type: 'drops-ended'; readonly reason: DropReason; readonly records: number }
  /** The disk cannot be used; records are kept in memory, which is bounded and does not outlive the process. */
  | { readonly type: 'memory-only'; readonly reason: string }
  | { readonly type: 'disk-again'; readonly records: number }
  /** No thread could be kept running; the main thread sends. */
  | { readonly type: 'sending-from-main'; readonly reason: string };

/** Is told what happens; see {@link SpoolEvent}. */
export type SpoolListener = (event: SpoolEvent) => void;

/** What somebody else wrote, fit for a log. */
export function safeText(text: unknown): string {
  return String(text)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .slice(0, 200)
    .trim();
}

/** The shortest useful description of an error. */
export function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { message, code, name } = (first ?? {}) as { message?: string; code?: string; name?: string };
  return safeText(message || code || name || first);
}
