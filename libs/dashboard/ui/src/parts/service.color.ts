/** Hues that can be told apart next to each other; none is the red of errors. */
const HUES = [212, 32, 152, 276, 316, 188, 50, 240, 96, 168];

/** The colour of a service: the same on every page, and readable as a bar in both themes. */
export function serviceColor(service: string): string {
  let hash = 7;
  for (const letter of service) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  const hue = HUES[hash % HUES.length] ?? 212;
  return `light-dark(hsl(${hue} 58% 42%), hsl(${hue} 62% 62%))`;
}
