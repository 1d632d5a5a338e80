import type { Attributes } from '@opentelemetry/api';
import type { ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Labelled } from '../lean.data-point.js';
import { isPlain, labelName } from './names.js';
import { WORKER_LABEL } from './page.format.js';
import { capped, quoted, wellFormed } from './page.text.js';

/** Longer values are cut. */
const MAX_VALUE_LENGTH = 1024;

/** Label names that are remembered. */
const MAX_NAMES = 10_000;

/** An attribute on its way to become a label. */
interface Label {
  /** Of the attribute. */
  readonly name: string;
  /** What stands before the value. */
  readonly start: string;
}

/** Writes attributes as labels, without braces; those of a series once. */
export class LabelWriter {
  /** What stands before the value, by the name of the attribute. */
  readonly #starts = new Map<string, string>();

  /** What stands before the attributes. */
  readonly #first: string;

  /** @param worker - which of the processes behind the page it is, if there are several */
  constructor(
    private readonly utf8: boolean,
    worker?: string,
  ) {
    this.#first = worker === undefined ? '' : `${WORKER_LABEL}=${quoted(worker)}`;
  }

  ofSeries({ attributes, notes }: Labelled): string {
    if (notes === undefined) return this.write(attributes);
    if (this.utf8) return (notes.utf8 ??= this.write(attributes));
    return (notes.plain ??= this.write(attributes));
  }

  /** Number of the latest comparison of a series, 0 for none. */
  comparisonOf({ notes }: Labelled): number {
    if (notes === undefined) return 0;
    return this.utf8 ? notes.utf8Comparison : notes.plainComparison;
  }

  compared({ notes }: Labelled, comparison: number): void {
    if (notes === undefined) return;
    if (this.utf8) notes.utf8Comparison = comparison;
    else notes.plainComparison = comparison;
  }

  /**
   * The same text for whatever a scraper takes for the same labels: they are in the order of their names, and those
   * without a value are left out. Where two names become one, their values are put together in the order of the names,
   * as the specification has it.
   */
  write(attributes: Attributes): string {
    const labels = Object.keys(attributes)
      .map((name): Label => ({ name, start: this.#startOf(name) }))
      .sort(byStartAndName);
    const written: string[] = this.#first === '' ? [] : [this.#first];
    for (let index = 0; index < labels.length;) {
      const { start, name } = labels[index] as Label;
      let value = textOf(attributes[name]);
      for (index += 1; labels[index]?.start === start; index++)
        value += `;${textOf(attributes[(labels[index] as Label).name])}`;
      if (value !== '') written.push(`${start}${labelValue(value)}`);
    }
    // Joined rather than added up, which would keep a tree of pieces that every page walks again.
    return written.join();
  }

  #startOf(name: string): string {
    let start = this.#starts.get(name);
    if (start === undefined) {
      const known = labelName(name, this.utf8);
      const label = known === WORKER_LABEL && this.#first !== '' ? `exported_${known}` : known;
      start = `${isPlain(label) ? label : quoted(label)}=`;
      if (this.#starts.size < MAX_NAMES) this.#starts.set(name, start);
    }
    return start;
  }
}

/** Labels of two sources as one text. */
export function joined(labels: string, more: string): string {
  if (labels === '' || more === '') return labels + more;
  return `${labels},${more}`;
}

/** The meter as labels. */
export function scopeLabels({ name, version, schemaUrl }: ScopeMetrics['scope']): string {
  const labels: string[] = [];
  if (name) labels.push(`otel_scope_name=${labelValue(name)}`);
  if (schemaUrl) labels.push(`otel_scope_schema_url=${labelValue(schemaUrl)}`);
  if (version) labels.push(`otel_scope_version=${labelValue(version)}`);
  return labels.join();
}

/** A label's value between quotes. */
function labelValue(text: string): string {
  return quoted(wellFormed(capped(text, MAX_VALUE_LENGTH, '~')));
}

function byStartAndName(left: Label, right: Label): number {
  return compare(left.start, right.start) || compare(left.name, right.name);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
