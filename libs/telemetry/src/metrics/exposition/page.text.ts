/** Text as it comes out of UTF-8: half a surrogate pair becomes U+FFFD. What is the same then is the same to a scraper. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Cuts long text and puts a sum of all of it at the end, so that different ones stay different. */
export function capped(text: string, most: number, separator: string): string {
  if (text.length <= most) return text;
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  const end = `${separator}${(sum >>> 0).toString(16).padStart(8, '0')}`;
  return text.slice(0, most - end.length) + end;
}

/** Text between quotes, as both syntaxes write it. */
export function quoted(text: string): string {
  return `"${/["\\\n]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : text}"`;
}
