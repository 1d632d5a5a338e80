/** Hues that can be told apart next to each other; each round is of another lightness. */
const HUES = [212, 28, 150, 338, 268, 186, 50, 4, 100, 310];

/** The colour of a line by its position. */
export function seriesColor(index: number): string {
  const hue = HUES[index % HUES.length] ?? 212;
  const round = Math.floor(index / HUES.length) % 3;
  return `light-dark(hsl(${hue} 65% ${40 - round * 9}%), hsl(${hue} 70% ${64 + round * 9}%))`;
}
