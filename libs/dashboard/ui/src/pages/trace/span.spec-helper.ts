import type { SpanView, TraceSummary } from '../../../../src/api/api.types.ts';

/** A span of which only what matters is said. */
export function span(spanId: string, parentSpanId: string | null, more: Partial<SpanView> = {}): SpanView {
  return {
    spanId,
    parentSpanId,
    traceState: '',
    flags: 1,
    name: spanId,
    kind: 'internal',
    service: 'shop',
    resource: 0,
    scope: '',
    startUs: 0,
    durationUs: 100,
    status: 'unset',
    statusMessage: '',
    attributes: {},
    events: [],
    links: [],
    backLinks: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
    ...more,
  };
}

export function summary(more: Partial<TraceSummary> = {}): TraceSummary {
  return {
    traceId: 'a'.repeat(32),
    name: 'GET /',
    service: 'shop',
    method: 'GET',
    route: '/',
    httpStatus: 200,
    startUs: 0,
    durationUs: 100,
    spans: 1,
    errors: 0,
    logs: 0,
    services: ['shop'],
    rootArrived: true,
    ...more,
  };
}
