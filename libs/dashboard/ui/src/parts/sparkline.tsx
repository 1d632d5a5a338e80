/** A line of values of equal slices of time, the oldest at the left; a gap where there is none. */
export function Sparkline({
  values,
  label,
  width = 160,
  height = 32,
}: {
  readonly values: readonly (number | null)[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}) {
  const most = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const step = width / Math.max(1, values.length - 1);
  const y = (value: number): number => height - 2 - (value / most) * (height - 4);
  const runs = runsOf(values);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
      <line x1="0" x2={width} y1={height - 1} y2={height - 1} stroke="var(--line)" />
      {runs.map((run) => {
        const points = run.map(([index, value]) => `${round(index * step)},${round(y(value))}`);
        const [[first] = [0]] = run;
        const [last] = run.at(-1) ?? [0];
        return run.length === 1 ? (
          <circle
            key={first}
            cx={round(first * step)}
            cy={round(y(run[0]?.[1] ?? 0))}
            r="1.8"
            fill="var(--link)"
          />
        ) : (
          <g key={first}>
            <polygon
              points={`${round(first * step)},${height - 1} ${points.join(' ')} ${round(last * step)},${height - 1}`}
              fill="var(--link)"
              opacity="0.13"
            />
            <polyline points={points.join(' ')} fill="none" stroke="var(--link)" strokeWidth="1.5" />
          </g>
        );
      })}
    </svg>
  );
}

function runsOf(values: readonly (number | null)[]): [number, number][][] {
  const runs: [number, number][][] = [];
  let open: [number, number][] | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) open = undefined;
    else if (open === undefined) runs.push((open = [[index, value]]));
    else open.push([index, value]);
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
