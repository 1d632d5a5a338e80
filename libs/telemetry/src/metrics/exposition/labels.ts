import type { Attributes } from '@opentelemetry/api';
import type { LeanDataPoint, SeriesNotes } from '../lean.data-point.js';
import { isPlain, labelName } from './names.js';

/** Longer values are cut, with a sum of the rest, so that different ones stay different. */
const MAX_VALUE_LENGTH = 1024;

/** Label names that are remembered. */
const MAX_NAMES = 10_000;

/** Writes attributes as labels, without braces; those of a series once. */
export class LabelWriter {
  readonly #notes: keyof SeriesNotes;
  /** What stands before the value, by the name of the attribute. */
  readonly #starts = new Map<string, string>();

  constructor(private readonly utf8: boolean) {
    this.#notes = utf8 ? 'utf8' : 'plain';
  }

  ofSeries({ attributes, notes }: Pick<LeanDataPoint, 'attributes' | 'notes'>): string {
    if (notes === undefined) return this.write(attributes);
    return (notes[this.#notes] ??= this.write(attributes));
  }

  write(attributes: Attributes): string {
    const seen: string[] = [];
    let text = '';
    for (const [name, value] of Object.entries(attributes)) {
      const start = this.#startOf(name);
      if (seen.includes(start)) return this.#writeMerged(attributes);
      seen.push(start);
      text += `${text === '' ? '' : ','}${start}${quoted(capped(textOf(value)))}`;
    }
    return text;
  }

  /** Where two names become one, their values are put together in the order of the names, as the specification has it. */
  #writeMerged(attributes: Attributes): string {
    const labels = new Map<string, string>();
    for (const name of Object.keys(attributes).toSorted()) {
      const start = this.#startOf(name);
      const before = labels.get(start);
      const value = textOf(attributes[name]);
      labels.set(start, before === undefined ? value : `${before};${value}`);
    }
    return [...labels].map(([start, value]) => `${start}${quoted(capped(value))}`).join();
  }

  #startOf(name: string): string {
    let start = this.#starts.get(name);
    if (start === undefined) {
      const label = labelName(name, this.utf8);
      start = `${isPlain(label) ? label : quoted(label)}=`;
      if (this.#starts.size < MAX_NAMES) this.#starts.set(name, start);
    }
    return start;
  }
}

/** Text between quotes, as both syntaxes write it. */
export function quoted(text: string): string {
  return `"${/["\\\n]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : text}"`;
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

function capped(value: string): string {
  if (value.length <= MAX_VALUE_LENGTH) return value;
  let sum = 0x811c9dc5;
  for (let index = 0; index < value.length; index++)
    sum = Math.imul(sum ^ value.charCodeAt(index), 0x01000193);
  return `${value.slice(0, MAX_VALUE_LENGTH - 9)}~${(sum >>> 0).toString(16).padStart(8, '0')}`;
}
