import { isSpan } from './is-span.js';

const DEEPEST = 5;

/** A value on one line of a message, the same under vitest and jest, whose own formatting differs. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return String(value);
  if (isSpan(value)) return `span ${JSON.stringify(value.name)}`;
  if (isAsymmetricMatcher(value)) return value.toAsymmetricMatcher();
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => show(item, depth + 1)).join(', ')}]`;
  const fields = Object.entries(value).map(
    ([key, field]) => `${JSON.stringify(key)}: ${show(field, depth + 1)}`,
  );
  return `{${fields.join(', ')}}`;
}

/** `expect.any(String)` and its like, of either test runner. */
function isAsymmetricMatcher(value: object): value is { toAsymmetricMatcher(): string } {
  return 'asymmetricMatch' in value && 'toAsymmetricMatcher' in value;
}
