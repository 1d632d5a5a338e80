import type { MapEdge, MapNode } from '../../../../src/api/api.types.ts';
import { amount, duration, percent } from '../../parts/format.ts';

/** How often: per second or minute, whichever can be read; how many in all when the window has no known length. */
export function rate(calls: number, seconds: number | null): string {
  if (seconds === null) return `${amount(calls)} calls`;
  const perSecond = calls / seconds;
  return perSecond >= 1 ? `${amount(perSecond)}/s` : `${amount(perSecond * 60)}/min`;
}

export function share(errors: number, calls: number): string {
  return errors === 0 ? '0 %' : percent(errors, calls);
}

/** A call in words, for those who do not see the picture. */
export function edgeWords(from: MapNode, to: MapNode, edge: MapEdge, seconds: number | null): string {
  return `${from.label} to ${to.kind} ${to.label}: ${rate(edge.calls, seconds)}, ${share(edge.errors, edge.calls)} errors, p95 ${duration(edge.p95Us)}`;
}
