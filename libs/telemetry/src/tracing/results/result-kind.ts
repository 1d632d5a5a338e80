import type { OpenSpan } from '../open-span.js';

/** A result that is looked at: any object, by whatever properties it has. */
export type Candidate = Readonly<Record<PropertyKey, unknown>>;

/** Ends the span with a value, or follows the value if it is itself of one of the kinds. */
export type Follow = (value: unknown, open: OpenSpan) => unknown;

/** One kind of result whose work goes on after the function returned. Every file in this folder exports one. */
export interface ResultKind {
  /** Whether the caller gets the very object that was returned, now listened to or with replaced methods. */
  readonly inPlace: boolean;
  /** Told by shape where a class may be loaded twice (rxjs) or come from another realm (promises in jest). */
  matches(result: Candidate): boolean;
  /** Sees to it that the span ends when the work does, and returns what the caller gets. Never throws. */
  follow(result: Candidate, open: OpenSpan, follow: Follow): unknown;
}
