import type { Diagnosis } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';

/** Spans that are named with a finding. */
const SHOWN = 5;
/** Findings of one rule; of more nobody would read. */
const MOST = 20;

/** What was seen again and again. */
export interface Sighting<Detail> {
  readonly service: string;
  /** One for each time it was seen. */
  readonly details: readonly Detail[];
  readonly first: Detail;
}

interface Group<Detail> {
  readonly service: string;
  readonly details: Detail[];
  readonly spans: ExaminedSpan[];
}

/** Gathers spans that show the same, so that a mistake that is made for every request is one finding. */
export class Sightings<Detail> {
  readonly #groups = new Map<string, Group<Detail>>();

  /** @param same - what makes two sightings one; stays the same from day to day */
  add(same: string, span: ExaminedSpan, detail: Detail): void {
    const group = this.#groups.get(same);
    if (group === undefined)
      this.#groups.set(same, { service: span.columns.service, details: [detail], spans: [span] });
    else {
      group.details.push(detail);
      group.spans.push(span);
    }
  }

  /** One diagnosis for each group for which there is something to say; what was seen most often comes first. */
  diagnose(
    say: (sighting: Sighting<Detail>) => Pick<Diagnosis, 'evidence' | 'fix'> | undefined,
  ): Diagnosis[] {
    const diagnoses = [...this.#groups].flatMap(([key, { service, details, spans }]) => {
      const said = say({ service, details, first: details[0] as Detail });
      if (said === undefined) return [];
      return { ...said, key, service, occurrences: details.length, spans: newest(spans) };
    });
    return diagnoses.toSorted((a, b) => b.occurrences - a.occurrences).slice(0, MOST);
  }
}

/** The newest of some spans, as links. */
export function newest(spans: readonly ExaminedSpan[]): Diagnosis['spans'] {
  return spans
    .toSorted((a, b) => b.columns.startUs - a.columns.startUs)
    .slice(0, SHOWN)
    .map(({ columns: { traceId, spanId, name } }) => ({ traceId, spanId, name }));
}
