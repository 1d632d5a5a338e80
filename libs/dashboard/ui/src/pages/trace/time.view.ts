/** A part of the time of a trace, in microseconds since its start. */
export interface TimeView {
  readonly from: number;
  readonly to: number;
}

const SHORTEST_US = 0.01;

/** Where something lies in a view, as shares of its width; undefined when it is outside. */
export function placed(
  view: TimeView,
  start: number,
  end: number,
): { readonly left: number; readonly width: number } | undefined {
  if (end < view.from || start > view.to) return undefined;
  const length = lengthOf(view);
  const left = Math.max(0, (start - view.from) / length);
  const right = Math.min(1, (end - view.from) / length);
  return { left, width: Math.max(0, right - left) };
}

/** Closer by a factor above one, farther by one below; the middle stays where it is as long as there is room. */
export function zoomed(view: TimeView, factor: number, whole: number): TimeView {
  const middle = (view.from + view.to) / 2;
  const half = lengthOf(view) / factor / 2;
  return within({ from: middle - half, to: middle + half }, whole);
}

/** Moved by a share of its own width. */
export function panned(view: TimeView, share: number, whole: number): TimeView {
  const by = lengthOf(view) * share;
  return within({ from: view.from + by, to: view.to + by }, whole);
}

/** What was marked between two places, given as shares of the whole width; a mere click marks nothing. */
export function brushed(a: number, b: number, whole: number): TimeView | undefined {
  const [left, right] = [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
  if (right - left < 0.005) return undefined;
  return { from: left * whole, to: right * whole };
}

/** Moved so that something is in sight, if it is not. */
export function showing(view: TimeView, start: number, end: number, whole: number): TimeView {
  if (start >= view.from && start <= view.to) return view;
  const length = lengthOf(view);
  if (end - start > length) return within({ from: start - length * 0.1, to: start + length * 0.9 }, whole);
  const from = (start + end) / 2 - length / 2;
  return within({ from, to: from + length }, whole);
}

/** The view as it is written in an address; nothing for the whole. */
export function viewText(view: TimeView, whole: number): string | undefined {
  if (view.from <= 0 && view.to >= whole) return undefined;
  return `${rounded(view.from)}-${rounded(view.to)}`;
}

/** The view an address asks for; the whole when it makes no sense. */
export function viewOf(text: string | null, whole: number): TimeView {
  const all = { from: 0, to: whole };
  const [, from, to] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  if (from === undefined || to === undefined) return all;
  const view = { from: Number(from), to: Math.min(Number(to), whole) };
  return view.to - view.from >= SHORTEST_US ? view : all;
}

/** Round times in a view, about as many as asked for. */
export function ticks(view: TimeView, amount: number): number[] {
  const rough = lengthOf(view) / amount;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? power * 10;
  const first = Math.ceil(view.from / step);
  const last = Math.floor(view.to / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

function within({ from, to }: TimeView, whole: number): TimeView {
  const length = Math.min(Math.max(to - from, SHORTEST_US), whole);
  const start = Math.min(Math.max(0, from), whole - length);
  return { from: start, to: start + length };
}

function lengthOf({ from, to }: TimeView): number {
  return Math.max(SHORTEST_US, to - from);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
