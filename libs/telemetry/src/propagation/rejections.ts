/** Why received or outgoing context was not used. A closed set, because it becomes a metric attribute. */
export type RejectionReason =
  | 'traceparent_malformed'
  | 'traceparent_repeated'
  | 'tracestate_malformed'
  | 'tracestate_too_many'
  | 'tracestate_too_long'
  | 'baggage_malformed'
  | 'baggage_too_many'
  | 'baggage_too_long'
  | 'baggage_key_not_allowed'
  | 'baggage_secret'
  | 'host_not_allowed'
  | 'jaeger_malformed'
  | 'b3_malformed';

const counts = new Map<RejectionReason, number>();

/** Remembers that context was turned away. Costs one addition, so that hostile input cannot make it expensive. */
export function countRejection(reason: RejectionReason): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

/** How often context was turned away since the process started, by reason. */
export function rejections(): ReadonlyMap<RejectionReason, number> {
  return counts;
}
