import type { SpanView } from '../../../../src/api/api.types.ts';

/** How long a span did something itself: its time without that of its children, which may overlap. */
export function selfTimeUs(span: SpanView, children: readonly SpanView[]): number {
  const end = span.startUs + span.durationUs;
  let covered = 0;
  let until = span.startUs;
  for (const child of children.toSorted((a, b) => a.startUs - b.startUs)) {
    const from = Math.max(child.startUs, until);
    const to = Math.min(child.startUs + child.durationUs, end);
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return Math.max(0, span.durationUs - covered);
}
