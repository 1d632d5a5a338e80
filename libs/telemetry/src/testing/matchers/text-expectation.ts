/** A whole text, or an expression that it fits. */
export function textMatches(expected: string | RegExp, actual: string): boolean {
  if (typeof expected === 'string') return actual === expected;
  // A global or sticky expression would go on where it stopped at the last text.
  return new RegExp(expected.source, expected.flags.replace(/[gy]/g, '')).test(actual);
}

export function quoted(text: string | RegExp): string {
  return typeof text === 'string' ? `"${text}"` : String(text);
}
