import { attributes, nanos, sendAll, value, type Value } from './sent.values.js';

/** Runs where it is taken for a part of the page. */
const RUN = 'globalThis.hacked=1';

/** What strangers write where a page may take it for markup, for a script, for an address or for a template. */
export const HOSTILE: readonly string[] = [
  `<img src=x onerror="${RUN}">`,
  `<script>${RUN}</script>`,
  `"><svg onload=${RUN}>`,
  `' onmouseover='${RUN}' onfocus='${RUN}' autofocus x='`,
  `</script><script>${RUN}</script>`,
  `</title></textarea></style><img src=x onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=${RUN}>">`,
  `javascript:${RUN}//`,
  `data:text/html,<script>opener.hacked=1</script>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `\`;${RUN};//`,
  `'-(${RUN})-'`,
  `<link rel=stylesheet href=http://evil.example/x.css><style>@import 'http://evil.example/y.css'</style>`,
  `<base href="http://evil.example/"><form action="http://evil.example/"><button>`,
  `\u001B]8;;http://evil.example/\u0007link\u001B]8;;\u0007\u202E`,
];

export const HOSTILE_TRACE = 'e1'.repeat(16);

const idOf = (index: number): string => (index + 1).toString(16).padStart(16, '0');
const resourceOf = (text: string): object => ({
  attributes: attributes({ 'service.name': text, 'service.version': text, [text]: text }),
});
const scope = (text: string): object => ({
  name: text,
  version: text,
  attributes: attributes({ [text]: text }),
});

/** Of a span: what pages pick out by name, and a name and a value nobody knows. */
function known(text: string): Readonly<Record<string, Value>> {
  const names = [
    'http.route',
    'http.request.method',
    'url.full',
    'url.path',
    'server.address',
    'db.system.name',
    'db.namespace',
    'db.query.text',
    'messaging.system',
    'messaging.destination.name',
    'rpc.method',
    'error.type',
    'nestjs.controller',
    'nestjs.callback',
    'password',
    text,
  ];
  return { ...Object.fromEntries(names.map((name) => [name, text])), nested: { [text]: [text] } };
}

function spans(text: string, index: number): object[] {
  const now = Date.now();
  const layer = { 'nestjs.layer.name': text, 'nestjs.layer.outcome': text, 'nestjs.pipe.argument': text };
  const events = [
    ['exception', { 'exception.type': text, 'exception.message': text, 'exception.stacktrace': text }],
    ['nestjs.guard', layer],
    ['nestjs.pipe', layer],
    ['nestjs.filter', layer],
    [text, { [text]: text }],
  ] as const;
  const shared = {
    traceId: HOSTILE_TRACE,
    name: text,
    traceState: `a=${encodeURIComponent(text)}`,
    startTimeUnixNano: nanos(now - 1000 + index),
    endTimeUnixNano: nanos(now),
    status: { code: 2, message: text },
    events: events.map(([name, given]) => ({
      timeUnixNano: nanos(now - 500),
      name,
      attributes: attributes(given),
    })),
    links: [
      {
        traceId: 'e2'.repeat(16),
        spanId: idOf(index),
        traceState: text,
        attributes: attributes({ [text]: text }),
      },
    ],
  };
  // One for each of what the map tells apart: an entry, a call, a message that is sent.
  return [2, 3, 4].map((kind, place) => ({
    ...shared,
    spanId: idOf(index * 3 + place),
    ...(index + place > 0 && { parentSpanId: idOf(place === 0 ? 0 : index * 3) }),
    kind,
    attributes: attributes(known(text)),
  }));
}

function logs(text: string, index: number): object[] {
  const named = { route: text, method: text, handler: text, controller: text };
  const around = { guards: [text], interceptors: [text], pipes: [text], filters: [text] };
  const shared = { timeUnixNano: nanos(Date.now()), severityNumber: 17, severityText: text };
  const at = { traceId: HOSTILE_TRACE, spanId: idOf(index * 3) };
  return [
    { ...shared, ...at, body: value(text), eventName: text, attributes: attributes(known(text)) },
    { ...shared, body: value({ [text]: [text] }) },
    { ...shared, eventName: 'nestjs.app.routes', body: value({ routes: [{ ...named, ...around }] }) },
  ];
}

function metrics(text: string, index: number): object[] {
  const now = Date.now();
  const exemplar = {
    timeUnixNano: nanos(now - 1000),
    asDouble: 0.05,
    traceId: HOSTILE_TRACE,
    spanId: idOf(index * 3),
    filteredAttributes: attributes({ [text]: text }),
  };
  const dataPoints = [10_000, 0].map((ago) => ({
    timeUnixNano: nanos(now - ago),
    attributes: attributes({ [text]: text }),
    count: ago === 0 ? '9' : '5',
    sum: 1,
    explicitBounds: [0.01, 0.1],
    bucketCounts: ['0', ago === 0 ? '9' : '5', '0'],
    exemplars: ago === 0 ? [exemplar] : [],
  }));
  return [
    { name: text, unit: text, description: text, histogram: { aggregationTemporality: 2, dataPoints } },
  ];
}

/** Sends each of the texts in every field that has a text. */
export function sendHostile(otlpHttp: string): Promise<void> {
  return sendAll(otlpHttp, {
    traces: {
      resourceSpans: HOSTILE.map((text, index) => ({
        resource: resourceOf(text),
        scopeSpans: [{ scope: scope(text), spans: spans(text, index) }],
      })),
    },
    logs: {
      resourceLogs: HOSTILE.map((text, index) => ({
        resource: resourceOf(text),
        scopeLogs: [{ scope: scope(text), logRecords: logs(text, index) }],
      })),
    },
    metrics: {
      resourceMetrics: HOSTILE.map((text, index) => ({
        resource: resourceOf(text),
        scopeMetrics: [{ scope: scope(text), metrics: metrics(text, index) }],
      })),
    },
  });
}
