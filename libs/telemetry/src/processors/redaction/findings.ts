import type { RedactionPlace, RedactionLimit } from './places.js';

/** How often a rule fired in a place. */
export interface Firing {
  readonly rule: string;
  readonly place: RedactionPlace;
  readonly count: number;
}

/** How often a limit cut something in a place. */
export interface Cut {
  readonly limit: RedactionLimit;
  readonly place: RedactionPlace;
  readonly count: number;
}

/** Counts what redaction did since the process started; one addition each. Says nothing of the values. */
export class RedactionFindings {
  readonly #fired = new Map<string, number>();
  readonly #cut = new Map<string, number>();

  /** @param explains - whether rules are counted; cuts always are, because they lose what the user may look for */
  constructor(private readonly explains: boolean) {}

  fired(rule: string, place: RedactionPlace): void {
    if (this.explains) add(this.#fired, `${rule} ${place}`);
  }

  cut(limit: RedactionLimit, place: RedactionPlace): void {
    add(this.#cut, `${limit} ${place}`);
  }

  get firings(): Firing[] {
    return [...this.#fired].map(([key, count]) => {
      const at = key.lastIndexOf(' ');
      return { rule: key.slice(0, at), place: key.slice(at + 1) as RedactionPlace, count };
    });
  }

  get cuts(): Cut[] {
    return [...this.#cut].map(([key, count]) => {
      const [limit, place] = key.split(' ') as [RedactionLimit, RedactionPlace];
      return { limit, place, count };
    });
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
