import type { LogView, SpanView } from '../../../../../src/api/api.types.ts';

/** Something that happened at a moment of a span. */
export interface Dot {
  readonly timeUs: number;
  readonly kind: 'event' | 'error' | 'log';
  readonly text: string;
}

const ERROR_SEVERITY = 17;

/** Events and logs of a span; of those that would lie on each other one stays, an error rather than anything else. */
export function dotsOf(span: SpanView, logs: readonly LogView[], closestUs: number): Dot[] {
  const all: Dot[] = [
    ...span.events.map(({ name, timeUs }): Dot => ({
      timeUs,
      kind: name === 'exception' ? 'error' : 'event',
      text: name,
    })),
    ...logs.map(({ timeUs, severityNumber, body }): Dot => ({
      timeUs,
      kind: severityNumber >= ERROR_SEVERITY ? 'error' : 'log',
      text: typeof body === 'string' ? body : 'log',
    })),
  ].toSorted((a, b) => a.timeUs - b.timeUs);
  const kept: Dot[] = [];
  for (const dot of all) {
    const last = kept.at(-1);
    if (last === undefined || dot.timeUs - last.timeUs >= closestUs) kept.push(dot);
    else if (dot.kind === 'error' && last.kind !== 'error') kept[kept.length - 1] = dot;
  }
  return kept;
}
