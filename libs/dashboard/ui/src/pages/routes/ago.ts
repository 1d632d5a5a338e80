/** How long ago something was, roughly: `12 s`, `3 min`, `2 h`, `4 d`. Clocks that differ make nothing negative. */
export function ago(microseconds: number): string {
  const seconds = Math.max(0, microseconds / 1e6);
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}
