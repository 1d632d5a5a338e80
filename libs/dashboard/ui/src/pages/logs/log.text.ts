import type { JsonValue } from '../../../../src/api/api.types.ts';
import { visibleText } from '../../parts/visible.text.ts';

/** One line for a list: the text, or the `message` of a structured record with the rest of it. */
export function lineOf(body: JsonValue): string {
  if (typeof body === 'string') return visibleText(body).replaceAll(/\s*\n\s*/gu, ' ↵ ');
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return visibleText(JSON.stringify(body));
  const { message, msg, ...rest } = body as Readonly<Record<string, JsonValue>>;
  const said = typeof message === 'string' ? message : typeof msg === 'string' ? msg : undefined;
  if (said === undefined) return visibleText(JSON.stringify(body));
  const others = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return lineOf(said) + visibleText(others);
}

/** All of it, for reading and copying. */
export function textOf(value: JsonValue): string {
  return visibleText(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));
}
