import type { JsonValue, SpanView, TraceDetail } from '../../../../src/api/api.types.ts';

/** Attributes that are the same in every run. */
const STABLE = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'error.type',
  'db.system.name',
  'db.operation.name',
  'db.collection.name',
  'messaging.system.name',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
  'rpc.system.name',
  'rpc.method',
  'rpc.response.status_code',
];
const MOST_SPANS = 20;
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/** Spans that are alike: a test counts them. */
interface Alike {
  readonly span: SpanView;
  readonly parent: string | undefined;
  count: number;
}

/**
 * A test for `nest-telemetry/testing` that expects what a trace shows of the service it began in. Names and values come
 * from telemetry, so they are written as JSON, and never as anything that could end a text or a comment.
 */
export function testOf({ summary, spans }: Pick<TraceDetail, 'summary' | 'spans'>): string {
  const ids = new Map(spans.map((span) => [span.spanId, span]));
  const root =
    spans.find(({ parentSpanId }) => parentSpanId === null) ??
    spans.find(({ parentSpanId }) => parentSpanId !== null && !ids.has(parentSpanId)) ??
    spans[0];
  if (root === undefined) return '';
  const own = spans.filter(({ service }) => service === root.service);
  const groups = [...alike(own, ids).values()];
  const request = requestOf(root);
  const left = groups.length - MOST_SPANS;
  const others = summary.services.filter((service) => service !== root.service);
  return [
    `import { Test } from '@nestjs/testing';`,
    `import { recordTelemetry, waitForSpans } from 'nest-telemetry/testing';`,
    `import 'nest-telemetry/testing/vitest';`,
    `import { afterAll, expect, it } from 'vitest';`,
    `import { AppModule } from './app.module.js';`,
    '',
    'const telemetry = recordTelemetry();',
    'const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();',
    'const app = testing.createNestApplication();',
    'await app.listen(0);',
    '',
    'afterAll(async () => {',
    '  await app.close();',
    '  await telemetry.stop();',
    '});',
    '',
    `it(${text(titleOf(root))}, async () => {`,
    ...indented(
      request ?? [
        'telemetry.clear();',
        `// Do here what begins ${oneLine(root.name)}; the trace does not tell how to ask for it.`,
      ],
    ),
    `  await waitForSpans(telemetry, ${text(root.name)});`,
    '',
    ...(others.length === 0
      ? []
      : [`  // Spans of ${oneLine(others.join(', '))} are recorded in their own tests.`]),
    ...groups.slice(0, MOST_SPANS).flatMap((group) => indented(expectation(group, group.span === root))),
    ...(left > 0 ? [`  // ${left} more kinds of spans were left out.`] : []),
    '});',
    '',
  ].join('\n');
}

function alike(spans: readonly SpanView[], ids: ReadonlyMap<string, SpanView>): Map<string, Alike> {
  const groups = new Map<string, Alike>();
  for (const span of spans) {
    const above = span.parentSpanId === null ? undefined : ids.get(span.parentSpanId);
    const parent = above?.service === span.service ? above.name : undefined;
    const key = JSON.stringify([span.name, span.kind, span.status, parent, stable(span), layers(span)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { span, parent, count: 1 });
    else group.count += 1;
  }
  return groups;
}

function expectation({ span, parent, count }: Alike, isRoot: boolean): string[] {
  const attributes = Object.entries(stable(span));
  const events = layers(span);
  return [
    `expect(telemetry).toHaveSpan(${text(span.name)}, {`,
    ...(span.kind === 'unspecified' ? [] : [`  kind: ${text(span.kind)},`]),
    `  status: ${text(span.status)},`,
    ...(parent === undefined || isRoot ? [] : [`  parent: ${text(parent)},`]),
    ...(attributes.length === 0
      ? []
      : [
          '  attributes: {',
          ...attributes.map(([key, value]) => `    ${text(key)}: ${json(value)},`),
          '  },',
        ]),
    ...(events.length === 0 ? [] : ['  events: [', ...events.map((event) => `    ${event},`), '  ],']),
    ...(count > 1 ? [`  count: ${count},`] : []),
    '});',
  ];
}

/** The request, where the trace began with one; headers and bodies are no part of a trace. */
function requestOf({ kind, attributes, name }: SpanView): string[] | undefined {
  const { 'http.request.method': method, 'url.path': path, 'url.query': query } = attributes;
  if (kind !== 'server' || typeof method !== 'string' || !/^[A-Z]+$/.test(method)) return undefined;
  const route = attributes['http.route'];
  const target = typeof path === 'string' ? path : typeof route === 'string' ? route : '/';
  const url = typeof query === 'string' && query !== '' ? `${target}?${query}` : target;
  const status = attributes['http.response.status_code'];
  const body = WITHOUT_BODY.has(method)
    ? []
    : [
        `  headers: { 'content-type': 'application/json' },`,
        '  body: JSON.stringify({}), // of the request; it is no part of a trace',
      ];
  return [
    'telemetry.clear();',
    `${typeof status === 'number' ? 'const response = ' : ''}await fetch(new URL(${text(url)}, await app.getUrl()), {`,
    `  method: ${text(method)},`,
    ...body,
    '});',
    ...(typeof status === 'number' ? [`expect(response.status).toBe(${status});`] : []),
    ...(name === '' ? ['// The span has no name.'] : []),
  ];
}

function titleOf({ name, attributes }: SpanView): string {
  const status = attributes['http.response.status_code'];
  return typeof status === 'number' ? `answers ${name} with ${status}` : `traces ${name}`;
}

/** Guards, pipes and the like that kept the request from its handler. */
function layers({ events }: SpanView): string[] {
  return events.flatMap(({ name, attributes }) => {
    const { 'nestjs.layer.name': layer, 'nestjs.layer.outcome': outcome } = attributes;
    if (!name.startsWith('nestjs.') || typeof layer !== 'string') return [];
    if (outcome !== 'denied' && outcome !== 'threw') return [];
    return [
      `{ name: ${text(name)}, attributes: { 'nestjs.layer.name': ${text(layer)}, 'nestjs.layer.outcome': ${text(outcome)} } }`,
    ];
  });
}

function stable({ attributes }: SpanView): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    STABLE.flatMap((key) => {
      const value = attributes[key];
      return value === undefined || (typeof value === 'object' && value !== null) ? [] : [[key, value]];
    }),
  );
}

function json(value: JsonValue): string {
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

/** A literal in single quotes. */
function text(value: string): string {
  const inner = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${inner}'`;
}

function oneLine(value: string): string {
  return value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 200);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `  ${line}`));
}
