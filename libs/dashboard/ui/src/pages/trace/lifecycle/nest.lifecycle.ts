import type { SpanView } from '../../../../../src/api/api.types.ts';
import { layerRuns, type LayerRun, type LayerType } from './layer.runs.ts';

/** Where a request was, in the order in which Nest lets it through. */
export type Phase =
  'before' | 'guard' | 'interceptor-in' | 'pipe' | 'handler' | 'interceptor-out' | 'filter' | 'after';

/** A piece of a request's way through Nest. */
export interface Block {
  readonly phase: Phase;
  /** Class of the layer, or what it is. */
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  /** `allowed`, `denied`, `threw` and so on; of layers alone. */
  readonly outcome: string | null;
  /** Of a pipe: what it looked at. */
  readonly detail: string | null;
  /** The request did not get beyond it. */
  readonly isEnd: boolean;
}

/** A request's way through Nest. */
export interface Lifecycle {
  readonly span: SpanView;
  /** `OrdersController.place`. */
  readonly handler: string | null;
  readonly blocks: readonly Block[];
  /** `rejected here by JwtGuard (403)`; null when the handler ran and nothing failed. */
  readonly verdict: string | null;
  /** Spans made by the handler and what it called. */
  readonly services: readonly SpanView[];
}

/** Outcomes with which a layer keeps a request from its handler. */
const REFUSALS: Readonly<Record<string, readonly string[]>> = {
  guard: ['denied', 'threw'],
  pipe: ['threw'],
  interceptor: ['answered', 'threw'],
};

/**
 * The way of a request, message or call through Nest, from what nest-telemetry tells about it: events of the span, or
 * child spans where `layers.detail` is `spans`. Undefined where nothing of the kind is told.
 */
export function lifecycleOf(
  span: SpanView,
  childrenOf: (spanId: string) => readonly SpanView[],
): Lifecycle | undefined {
  const { runs, children } = layerRuns(span, childrenOf);
  const { 'nestjs.controller': controller, 'nestjs.callback': callback } = span.attributes;
  const handler =
    typeof controller === 'string' && typeof callback === 'string' ? `${controller}.${callback}` : null;
  if (runs.length === 0 && handler === null) return undefined;
  const end = span.startUs + span.durationUs;
  const of = (type: LayerType): LayerRun[] => runs.filter((run) => run.type === type);
  const [guards, pipes, filters] = [of('guard'), of('pipe'), of('filter')];
  // Told when they end, so the outermost comes last.
  const interceptors = of('interceptor').toReversed();
  const refusal = runs.find(
    (run) =>
      REFUSALS[run.type]?.includes(run.outcome) === true &&
      // An interceptor that threw after the handler did not keep anything from it.
      (run.type !== 'interceptor' || run.outcome === 'answered' || run.afterUs === 0),
  );
  const blocks: Block[] = [];
  let cursor = span.startUs;
  const add = (
    block: Omit<Block, 'isEnd' | 'durationUs'> & { readonly endUs: number },
    run?: LayerRun,
  ): void => {
    const { endUs, ...rest } = block;
    const isEnd = run !== undefined && run === refusal;
    blocks.push({ ...rest, durationUs: Math.max(0, endUs - block.startUs), isEnd });
    cursor = Math.max(cursor, endUs);
  };
  const [firstGuard] = guards;
  // Interceptors come after guards and before pipes, and are told of their own time only. Where nothing else tells when
  // Nest began, what is not known counts for the handler.
  const leading = interceptors.reduce((sum, { beforeUs }) => sum + beforeUs, 0);
  const first = Math.min(
    ...pipes.map(({ startUs }) => startUs),
    children[0]?.startUs ?? Number.POSITIVE_INFINITY,
    refusal?.type === 'interceptor' ? refusal.endUs - refusal.afterUs : Number.POSITIVE_INFINITY,
  );
  const entered = firstGuard?.startUs ?? (Number.isFinite(first) ? first - leading : span.startUs);
  if (entered > span.startUs) {
    add({
      phase: 'before',
      name: 'Platform and middleware',
      startUs: span.startUs,
      endUs: entered,
      outcome: null,
      detail: null,
    });
  }
  for (const run of guards) add({ ...run, phase: 'guard' }, run);
  for (const run of interceptors) {
    const startUs = cursor;
    add({ ...run, phase: 'interceptor-in', startUs, endUs: startUs + run.beforeUs }, run);
  }
  for (const run of pipes) add({ ...run, phase: 'pipe' }, run);
  const leaving = interceptors.toReversed();
  const [innermost] = leaving;
  const [filter] = filters;
  const thrown = span.events.findLast(({ name }) => name === 'exception')?.timeUs;
  const handlerEnd = Math.max(
    cursor,
    innermost === undefined
      ? (filter?.startUs ?? lastEnd(children, cursor) ?? thrown ?? end)
      : innermost.endUs - innermost.afterUs,
  );
  const ran = refusal === undefined;
  const handlerStart = cursor;
  if (ran)
    add({
      phase: 'handler',
      name: handler ?? 'Handler',
      startUs: cursor,
      endUs: handlerEnd,
      outcome: null,
      detail: null,
    });
  for (const run of leaving) {
    if (run === refusal) continue;
    const startUs = Math.max(cursor, run.endUs - run.afterUs);
    add({ ...run, phase: 'interceptor-out', startUs, endUs: startUs + run.afterUs });
  }
  for (const run of filters) add({ ...run, phase: 'filter' }, run);
  if (end > cursor)
    add({ phase: 'after', name: 'Answer', startUs: cursor, endUs: end, outcome: null, detail: null });
  const services = ran ? children.filter(({ startUs }) => startUs >= handlerStart - 1) : [];
  return { span, handler, blocks, verdict: verdictOf(span, refusal, runs), services };
}

/** What came of it, where it did not go the whole way. */
function verdictOf(span: SpanView, refusal: LayerRun | undefined, runs: readonly LayerRun[]): string | null {
  const status = span.attributes['http.response.status_code'] ?? span.attributes['rpc.response.status_code'];
  const code = typeof status === 'number' || typeof status === 'string' ? ` (${status})` : '';
  if (refusal !== undefined) {
    if (refusal.outcome === 'answered') return `answered here by ${refusal.name}, without the handler${code}`;
    return `rejected here by ${refusal.name}${code}`;
  }
  const broken = runs.find(({ type, outcome }) => type === 'interceptor' && outcome === 'threw');
  if (broken !== undefined) return `failed in ${broken.name}, after the handler${code}`;
  const error = span.attributes['error.type'];
  const handled = runs.find(({ type, outcome }) => type === 'filter' && outcome === 'handled');
  if (handled !== undefined) {
    const what = typeof error === 'string' ? `${error} of the handler` : 'an error of the handler';
    return `${what} was answered by ${handled.name}${code}`;
  }
  if (span.status === 'error') return `failed in the handler${code}`;
  return null;
}

function lastEnd(children: readonly SpanView[], after: number): number | undefined {
  return children
    .filter(({ startUs }) => startUs >= after - 1)
    .reduce<number | undefined>(
      (last, { startUs, durationUs }) => Math.max(last ?? 0, startUs + durationUs),
      undefined,
    );
}
