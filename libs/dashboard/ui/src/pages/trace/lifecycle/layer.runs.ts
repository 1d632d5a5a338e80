import type { EventView, JsonAttributes, SpanView } from '../../../../../src/api/api.types.ts';

/** What Nest runs around a handler. */
export type LayerType = 'guard' | 'interceptor' | 'pipe' | 'filter';

/** One run of a layer, in microseconds. */
export interface LayerRun {
  readonly type: LayerType;
  readonly name: string;
  readonly outcome: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly beforeUs: number;
  readonly afterUs: number;
  readonly detail: string | null;
}

const TYPES = new Set<string>(['guard', 'interceptor', 'pipe', 'filter'] satisfies LayerType[]);

/**
 * The runs of layers that a span tells of, by their end, and what was done besides them, by its start. Layers are events
 * of the span or spans inside it, and the span of an interceptor holds what comes after it.
 */
export function layerRuns(
  span: SpanView,
  childrenOf: (spanId: string) => readonly SpanView[],
): { readonly runs: readonly LayerRun[]; readonly children: readonly SpanView[] } {
  const { layers, children } = within(span, childrenOf);
  const runs = [...span.events.flatMap(runOfEvent), ...layers.map(runOfSpan)];
  return { runs: runs.toSorted((a, b) => a.endUs - b.endUs), children };
}

function runOfEvent({ name, timeUs, attributes }: EventView): LayerRun[] {
  const type = name.startsWith('nestjs.') ? name.slice('nestjs.'.length) : '';
  if (!TYPES.has(type)) return [];
  const durationUs = seconds(attributes['nestjs.layer.duration']);
  return [layerRun(type as LayerType, attributes, timeUs - durationUs, timeUs)];
}

function runOfSpan({ attributes, startUs, durationUs }: SpanView): LayerRun {
  return layerRun(attributes['nestjs.layer.type'] as LayerType, attributes, startUs, startUs + durationUs);
}

function within(
  span: SpanView,
  childrenOf: (spanId: string) => readonly SpanView[],
): { readonly layers: readonly SpanView[]; readonly children: readonly SpanView[] } {
  const layers: SpanView[] = [];
  const children: SpanView[] = [];
  const pending = [...childrenOf(span.spanId)];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (!isLayer(each.attributes)) children.push(each);
    else {
      layers.push(each);
      if (each.attributes['nestjs.layer.type'] === 'interceptor')
        for (const child of childrenOf(each.spanId)) pending.push(child);
    }
  }
  return { layers, children: children.toSorted((a, b) => a.startUs - b.startUs) };
}

function layerRun(type: LayerType, attributes: JsonAttributes, startUs: number, endUs: number): LayerRun {
  const {
    'nestjs.layer.name': name,
    'nestjs.layer.outcome': outcome,
    'nestjs.pipe.argument': argument,
  } = attributes;
  return {
    type,
    name: typeof name === 'string' ? name : type,
    outcome: typeof outcome === 'string' ? outcome : '',
    startUs,
    endUs,
    beforeUs: seconds(attributes['nestjs.interceptor.before']),
    afterUs: seconds(attributes['nestjs.interceptor.after']),
    detail: typeof argument === 'string' ? argument : null,
  };
}

function isLayer(attributes: JsonAttributes): boolean {
  const type = attributes['nestjs.layer.type'];
  return typeof type === 'string' && TYPES.has(type);
}

function seconds(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value * 1e6 : 0;
}
