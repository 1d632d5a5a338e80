import type { TreeRow } from '../trace.tree.ts';

/** A run of time in a lane of the minimap, in columns. */
export interface MinimapCell {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly service: string;
  readonly isError: boolean;
}

export interface MinimapSize {
  readonly lanes: number;
  readonly columns: number;
  readonly startUs: number;
  readonly lengthUs: number;
}

/** All rows of a trace in so few cells that they can be drawn, however many spans there are; errors are never lost. */
export function minimapCells(rows: readonly TreeRow[], size: MinimapSize): MinimapCell[] {
  const { lanes, columns, startUs, lengthUs } = size;
  const services: string[] = [];
  const used = Math.min(lanes, Math.max(1, rows.length));
  // 0 is nothing; a service's number is its place plus one, times two, plus one for an error.
  const grid = new Uint32Array(used * columns);
  for (const [index, { span }] of rows.entries()) {
    let service = services.indexOf(span.service);
    if (service < 0) service = services.push(span.service) - 1;
    const isError = span.status === 'error';
    const value = (service + 1) * 2 + (isError ? 1 : 0);
    const lane = Math.floor((index * used) / rows.length);
    const first = columnOf(span.startUs - startUs, lengthUs, columns);
    const last = columnOf(span.startUs + span.durationUs - startUs, lengthUs, columns);
    for (let column = first; column <= last; column += 1) {
      const cell = lane * columns + column;
      if (isError || ((grid[cell] ?? 0) & 1) === 0) grid[cell] = value;
    }
  }
  return runsOf(grid, used, columns, services);
}

function runsOf(
  grid: Uint32Array,
  lanes: number,
  columns: number,
  services: readonly string[],
): MinimapCell[] {
  const cells: MinimapCell[] = [];
  for (let lane = 0; lane < lanes; lane += 1) {
    let from = 0;
    for (let column = 1; column <= columns; column += 1) {
      const value = grid[lane * columns + from] ?? 0;
      if (column < columns && grid[lane * columns + column] === value) continue;
      if (value > 0)
        cells.push({
          lane,
          from,
          to: column,
          service: services[(value >> 1) - 1] ?? '',
          isError: (value & 1) === 1,
        });
      from = column;
    }
  }
  return cells;
}

function columnOf(offsetUs: number, lengthUs: number, columns: number): number {
  return Math.min(columns - 1, Math.max(0, Math.floor((offsetUs / Math.max(lengthUs, 0.001)) * columns)));
}
