/** The known names that look most like the wanted one, each once; the best first. */
export function closestNames(wanted: string, known: Iterable<string>, limit = 3): string[] {
  const target = wanted.toLowerCase();
  return [...new Set(known)]
    .map((name) => ({ name, distance: distance(target, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Levenshtein's, row by row; but a part of the other text is close, whatever else is there. */
function distance(a: string, b: string): number {
  if (a.includes(b) || b.includes(a)) return Math.min(1, Math.abs(a.length - b.length));
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
