// Reading values that may throw. Only used when the plain way has failed, or where it runs once per resource.
import type { EncodableAttributes, EncodableTime } from './encodable.js';
import { writeKeyValue } from './protobuf/attributes.encoder.js';
import { giveBack, takeWriter } from './protobuf/writer.pool.js';

/** What `read` returns, or undefined when it throws. */
export function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A text, or the text of a number or boolean, or ''. */
export function safeText(read: () => unknown): string {
  return plainText(attempt(read));
}

/** The text to write for a value that should have been one. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A count that fits in 32 bits, or 0. */
export function safeCount(read: () => unknown): number {
  const count = attempt(read);
  return typeof count === 'number' && count > 0 ? Math.min(Math.floor(count), 0xffff_ffff) : 0;
}

/** A pair of numbers, or one that no encoder takes for a time. */
export function safeTime(read: () => unknown): EncodableTime {
  const time = attempt(read);
  const pair = attempt(() => (Array.isArray(time) ? [Number(time[0]), Number(time[1])] : undefined));
  return (pair as EncodableTime | undefined) ?? [Number.NaN, Number.NaN];
}

/** The attributes that can be encoded, and how many cannot. */
export function safeAttributes(read: () => unknown): { kept: EncodableAttributes; dropped: number } {
  const kept: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let dropped = 0;
  const attributes = attempt(read);
  if (typeof attributes !== 'object' || attributes === null) return { kept, dropped };
  // A value is kept when it can be written to a writer whose bytes are thrown away.
  const trial = takeWriter(undefined);
  for (const key of attempt(() => Object.keys(attributes)) ?? []) {
    try {
      const value = (attributes as EncodableAttributes)[key];
      trial.rewind(0);
      writeKeyValue(trial, 0, key, value);
      kept[key] = value;
    } catch {
      dropped++;
    }
  }
  giveBack(trial);
  return { kept, dropped };
}

/** The elements that can be read. */
export function safeList<Element>(read: () => readonly Element[] | undefined): Element[] {
  const list = attempt(read);
  if (!attempt(() => Array.isArray(list)) || list === undefined) return [];
  const elements: Element[] = [];
  for (let index = 0; index < (attempt(() => list.length) ?? 0); index++) {
    const element = attempt(() => list[index]);
    if (typeof element === 'object' && element !== null) elements.push(element);
  }
  return elements;
}
