/** One measurement that shows what others in its bucket were like: the trace it was made in leads to the cause. */
export interface Exemplar {
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}
