import { SeverityNumber } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from './log-record.js';
import { prettyLine } from './pretty.line.js';

const record: LogRecord = {
  time: new Date(2026, 10, 20, 9, 5, 7, 42).getTime(),
  level: 'log',
  severityText: 'INFO',
  severityNumber: SeverityNumber.INFO,
  context: 'Orders',
  eventName: undefined,
  body: 'order placed',
  attributes: undefined,
  error: undefined,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
  service: { name: 'order' },
};
const plain = prettyLine({ colors: false });

describe('the readable form', () => {
  it('is one line with the start of the trace id at its end', () => {
    expect(plain({ ...record, attributes: { id: 42, tags: ['a', 'b'], nested: { ok: true } } })).toBe(
      "[order] 09:05:07.042     LOG [Orders] order placed { id: 42, tags: [ 'a', 'b' ], nested: { ok: true } } trace=4bf92f35\n",
    );
  });

  it('leaves out what it does not know', () => {
    const bare = { ...record, context: undefined, traceId: undefined, spanId: undefined, service: {} };
    expect(plain({ ...bare, level: 'verbose' })).toBe('[Nest] 09:05:07.042 VERBOSE order placed\n');
  });

  it('shows an error with its causes on indented lines', () => {
    const error = {
      type: 'OrderError',
      message: 'not saved',
      stack: 'OrderError: not saved\n    at save (/app/orders.js:1:2)',
      attributes: { code: 'E_SAVE' },
      cause: { type: 'Error', message: 'db down', cause: { message: 'timeout' } },
      errors: [{ message: 'first' }],
    };
    expect(plain({ ...record, level: 'error', body: 'failed', error })).toMatchInlineSnapshot(`
      "[order] 09:05:07.042   ERROR [Orders] failed trace=4bf92f35
          OrderError: not saved
              at save (/app/orders.js:1:2) { code: 'E_SAVE' }
          caused by Error: db down
          caused by timeout
          member first
      "
    `);
  });

  it('shows an object as a message, further lines indented', () => {
    const long = 'x'.repeat(60);
    expect(plain({ ...record, body: { id: 1 } })).toContain('[Orders] { id: 1 } trace=');
    expect(
      plain({ ...record, body: { a: long, b: long } })
        .split('\n')
        .slice(1, -1),
    ).toEqual([`      a: '${long}',`, `      b: '${long}'`, '    } trace=4bf92f35']);
  });

  it('uses colours only where they are asked for, and always ends them', () => {
    const colored = prettyLine({ colors: true })(record);
    // oxlint-disable-next-line no-control-regex -- colours are control characters
    const withoutColors = colored.replaceAll(/\u001b\[[\d;]*m/g, '');
    expect(colored).not.toBe(withoutColors);
    expect(withoutColors).toBe(plain(record));
    expect(colored.lastIndexOf('\u001b[')).toBe(colored.lastIndexOf('\u001b[0m'));
    expect(plain(record)).not.toContain('\u001b');
  });
});
