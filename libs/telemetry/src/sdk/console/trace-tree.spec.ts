import { describe, expect, it } from 'vitest';
import { renderTraceTree, type TreeLog, type TreeSpan } from './trace-tree.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const START = 1_763_640_000_000_000_000n;
const at = (millis: number): bigint => START + BigInt(Math.round(millis * 1e6));

function span(
  spanId: string,
  parentSpanId: string | undefined,
  from: number,
  to: number,
  rest: Partial<TreeSpan> = {},
): TreeSpan {
  return {
    traceId: TRACE,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name: `span ${spanId}`,
    kind: 'internal',
    service: 'order',
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
    status: 'unset',
    attributes: {},
    events: [],
    ...rest,
  };
}

function plain(spans: TreeSpan[], options: { logs?: TreeLog[]; width?: number } = {}): string {
  return renderTraceTree(spans, { colors: false, ...options });
}

function lineOf(text: string, part: string): string {
  const line = text.split('\n').find((candidate) => candidate.includes(part));
  if (line === undefined) throw new Error(`no line has ${part} in\n${text}`);
  return line;
}

const order: TreeSpan[] = [
  span('1', undefined, 0, 40, {
    name: 'POST /orders',
    kind: 'server',
    attributes: { 'http.response.status_code': 201 },
  }),
  span('2', '1', 1, 39, { name: 'process-order', status: 'ok' }),
  span('3', '2', 2, 12, { name: 'GET', kind: 'client' }),
  span('4', '3', 3, 11, { name: 'GET /users/:id', kind: 'server', service: 'user' }),
  span('5', '4', 4, 9.25, {
    name: 'SELECT user',
    kind: 'client',
    service: 'user',
    attributes: { 'db.query.text': 'SELECT *\n  FROM "user" WHERE "id" = ?' },
  }),
  span('6', '2', 20, 38, {
    name: 'process-payment',
    status: 'error',
    statusMessage: 'card expired',
    events: [
      { name: 'payment-requested', timeUnixNano: at(20.5), attributes: { amount: 12.5, currency: 'EUR' } },
      {
        name: 'exception',
        timeUnixNano: at(37),
        attributes: { 'exception.type': 'PaymentDeclined', 'exception.message': 'card expired' },
      },
    ],
  }),
];

describe('renderTraceTree', () => {
  it('draws a trace over two services', () => {
    expect(`\n${plain(order)}\n`).toBe(
      `
trace 4bf92f3577b34da6a3ce929d0e0e4736 · order, user · 6 spans · 40.0 ms · 1 error
POST /orders ▸ server 201         order  40.0 ms ·  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
└─ process-order                  order  38.0 ms ✓   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
   ├─ GET ▸ client                order  10.0 ms ·    ━━━━━━━━━━
   │  └─ GET /users/:id ▸ server  user    8.0 ms ·     ━━━━━━━━
   │     └─ SELECT user ▸ client  user    5.3 ms ·      ━━━━━╸
   │           » SELECT * FROM "user" WHERE "id" = ?
   └─ process-payment             order  18.0 ms ✗                      ━━━━━━━━━━━━━━━━━━
         • +500 µs payment-requested  amount=12.5 currency=EUR
         ✗ PaymentDeclined: card expired
`,
    );
  });

  it('keeps every line within the width, and drops the bars where there is no room', () => {
    for (const width of [50, 60, 80, 100, 160]) {
      const lines = plain(order, { width }).split('\n');
      expect(Math.max(...lines.slice(2).map((line) => line.length))).toBeLessThanOrEqual(width);
    }
    expect(plain(order, { width: 60 })).not.toContain('━');
  });

  it('leaves out the service column when there is one service', () => {
    expect(lineOf(plain([span('1', undefined, 0, 1)]), 'span 1')).not.toContain('order');
  });

  it('prints the log lines of the trace in order of time', () => {
    const logs: TreeLog[] = [
      { traceId: TRACE, timeUnixNano: at(39), severity: 'warn', service: 'user', message: 'second' },
      {
        traceId: TRACE,
        timeUnixNano: at(3),
        severity: 'info',
        service: 'order',
        context: 'Orders',
        message: 'first',
      },
    ];
    const [head, first, second] = plain(order, { logs }).split('\n').slice(-3);
    expect(head).toBe('logs');
    expect(first).toMatch(/^\d\d:\d\d:\d\d\.003 {2}INFO {2}order {2}\[Orders\] first$/i);
    expect(second).toMatch(/^\d\d:\d\d:\d\d\.039 {2}WARN {2}user {3}second$/i);
  });

  it('colours only when asked to', () => {
    // oxlint-disable-next-line no-control-regex -- looking for them
    const escapes = /\u001B\[[\d;]*m/g;
    expect(plain(order)).not.toMatch(escapes);
    const coloured = renderTraceTree(order, { colors: true });
    expect(coloured).toMatch(escapes);
    expect(coloured.replace(escapes, '')).toBe(plain(order));
  });

  it('shows one error text where the error came from, not on every level', () => {
    const text = plain([
      span('1', undefined, 0, 9, { status: 'error', statusMessage: 'boom' }),
      span('2', '1', 1, 8, { status: 'error', statusMessage: 'boom' }),
    ]);
    expect(text.match(/✗ boom/g)).toHaveLength(1);
    expect(lineOf(text, 'span 1')).toContain('✗');
  });

  it('says so when the parent of a span is not there', () => {
    expect(plain([span('2', 'feed', 0, 1)])).toContain('parent feed is not among these spans');
  });

  it('draws several roots beside each other, and traces apart', () => {
    const text = plain([
      span('1', undefined, 0, 1),
      span('2', undefined, 2, 3),
      span('3', undefined, 0, 1, { traceId: 'f00' }),
    ]);
    expect(text.match(/^trace /gm)).toHaveLength(2);
    expect(text.match(/^span /gm)).toHaveLength(3);
  });

  it('cuts circles, and draws every span of them once', () => {
    const text = plain([
      span('1', '3', 0, 9),
      span('2', '1', 1, 8),
      span('3', '2', 2, 7),
      span('4', '4', 3, 4),
    ]);
    for (const id of ['1', '2', '3', '4']) expect(text.match(new RegExp(`span ${id}`, 'g'))).toHaveLength(1);
    expect(text).toContain('parent 3 is below this span');
  });

  it('draws spans that share an id', () => {
    const text = plain([
      span('1', undefined, 0, 9),
      span('2', '1', 1, 2),
      span('2', '1', 3, 4, { name: 'twin' }),
    ]);
    expect(text).toContain('└─ twin');
    expect(text).toContain('span id 2 is used more than once');
  });

  it('aligns the clock of a callee that seems to start before its caller', () => {
    const text = plain([
      span('1', undefined, 0, 10, { kind: 'client' }),
      span('2', '1', -3_600_000, -3_599_994, { kind: 'server', service: 'user' }),
      span('3', '2', -3_599_998, -3_599_996, { service: 'user' }),
    ]);
    expect(text.split('\n').slice(0, 2).join(' ')).toContain('10.0 ms');
    expect(text).toContain('clocks 1h 00m apart, aligned');
    expect(lineOf(text, 'span 3')).toMatch(/ {12,}━+$/);
  });

  it('puts a child back into its parent where whole milliseconds pushed it out', () => {
    const text = plain([span('1', undefined, 0, 1.3), span('2', '1', 1, 2.2)]);
    expect(text).toContain('2 spans · 1.3 ms');
    expect(lineOf(text, 'span 2')).toMatch(/1.2 ms · {4,}╺?━+$/);
  });

  it('survives spans that end before they start', () => {
    expect(lineOf(plain([span('1', undefined, 5, 0)]), 'span 1')).toContain('0 µs');
  });

  it('folds siblings that look the same, but never errors', () => {
    const queries = Array.from({ length: 100 }, (_, i) => span(`q${i}`, '1', i, i + 0.5, { name: 'SELECT' }));
    queries.push(span('bad', '1', 200, 201, { name: 'SELECT', status: 'error' }));
    const text = plain([span('1', undefined, 0, 300), ...queries]);
    expect(text.split('\n')).toHaveLength(7);
    expect(text).toContain('97 more × SELECT');
    expect(lineOf(text, '└─ SELECT')).toContain('✗');
  });

  it('prints ten thousand spans, flat or deep, in bounded size', () => {
    const flat = Array.from({ length: 10_000 }, (_, i) => span(`${i}`, i ? '0' : undefined, i, i + 1));
    const deep = Array.from({ length: 10_000 }, (_, i) =>
      span(`${i}`, i ? `${i - 1}` : undefined, i, 10_000),
    );
    for (const spans of [flat, deep]) {
      const lines = plain(spans).split('\n');
      expect(lines.length).toBeLessThan(1010);
      expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(lines.at(-1)).toContain('9000 more spans not drawn');
    }
  });

  it('lets no control character reach the terminal', () => {
    const evil = 'a\u001B[2J\u001B]0;title\u0007b\r\n\u009B31mc\u202Ed\u0000\uD800';
    const text = plain(
      [
        span(evil, 'x', 0, 1, {
          name: evil,
          service: evil,
          status: 'error',
          statusMessage: evil,
          attributes: { 'db.query.text': evil, 'http.response.status_code': evil },
          events: [{ name: evil, timeUnixNano: at(0), attributes: { [evil]: evil, list: [evil] } }],
        }),
      ],
      {
        logs: [
          {
            traceId: TRACE,
            timeUnixNano: at(0),
            severity: evil,
            service: evil,
            context: evil,
            message: evil,
          },
        ],
      },
    );
    // oxlint-disable-next-line no-control-regex -- looking for them
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(text).not.toMatch(/\p{Cs}/u);
    expect(text.split('\n')).toHaveLength(8);
  });

  it('prints nothing for nothing', () => {
    expect(plain([])).toBe('');
  });
});
