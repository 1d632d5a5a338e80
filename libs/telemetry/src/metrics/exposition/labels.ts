import type { Attributes } from '@opentelemetry/api';
import { isPlain, labelName } from './names.js';

/** Longer values are cut, with a sum of the rest, so that different ones stay different. */
const MAX_VALUE_LENGTH = 1024;

/** Writes attributes as labels, without braces. What cannot change any more is written once. */
export class LabelWriter {
  readonly #written = new WeakMap<Attributes, string>();

  constructor(private readonly utf8: boolean) {}

  write(attributes: Attributes): string {
    let text = this.#written.get(attributes);
    if (text === undefined) {
      text = writeLabels(attributes, this.utf8);
      if (Object.isFrozen(attributes)) this.#written.set(attributes, text);
    }
    return text;
  }
}

function writeLabels(attributes: Attributes, utf8: boolean): string {
  const labels = new Map<string, string>();
  // Where two names become one, their values are put together in the order of the names, as the specification has it.
  for (const name of Object.keys(attributes).toSorted()) {
    const label = labelName(name, utf8);
    const before = labels.get(label);
    const value = valueOf(attributes[name]);
    labels.set(label, before === undefined ? value : `${before};${value}`);
  }
  let text = '';
  for (const [label, value] of labels) {
    if (text !== '') text += ',';
    text += `${isPlain(label) ? label : quoted(label)}=${quoted(capped(value))}`;
  }
  return text;
}

/** Text between quotes, as both syntaxes write it. */
export function quoted(text: string): string {
  return `"${/["\\\n]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : text}"`;
}

function valueOf(value: unknown): string {
  if (typeof value === 'string') return value;
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
