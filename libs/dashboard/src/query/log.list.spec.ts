import { describe, expect, it } from 'vitest';
import { FilledStore, spanId, T0_US, traceId } from '../telemetry.spec-helper.js';
import { listLogs, type LogQuery } from './log.list.js';

const store = new FilledStore().logs(
  { body: 'user came', at: 1, trace: 1, span: 1, attributes: { 'enduser.id': 7 } },
  { body: 'card declined', at: 2, severity: 17, trace: 1, span: 2 },
  {
    body: `${'so many words '.repeat(15)} needle`,
    at: 3,
    service: 'users',
    severity: 13,
    event: 'session.end',
  },
);

function found(query: LogQuery): unknown[] {
  return listLogs(store, query).logs.map(({ timeUs }) => (timeUs - T0_US) / 1000);
}

describe('The log list', () => {
  it.each<[LogQuery, number[]]>([
    [{}, [3, 2, 1]],
    [{ service: 'users' }, [3]],
    [{ service: 'nobody' }, []],
    [{ severity: 13 }, [3, 2]],
    [{ traceId: traceId(1) }, [2, 1]],
    [{ traceId: traceId(1), spanId: spanId(2) }, [2]],
    [{ fromUs: T0_US + 2000, toUs: T0_US + 2000 }, [2]],
    [{ q: 'declined' }, [2]],
    [{ q: 'needle' }, [3]],
    [{ q: 'enduser.id=7' }, [1]],
    [{ q: 'severity>=13 -service=users' }, [2]],
    [{ q: 'event=session.end' }, [3]],
    [{ q: 'message~came' }, [1]],
    [{ q: '-declined' }, [3, 1]],
    [{ limit: -5 }, [3]],
    [{ before: 'nonsense' }, [3, 2, 1]],
  ])('%j', (query, times) => {
    expect(found(query)).toEqual(times);
  });

  it('finds words beside the colours of a terminal, and shows the text as it was sent', () => {
    const body =
      '\u001B[32m[Nest] 42\u001B[39m \u001B]8;;http://shop\u0007payment\u001B]8;;\u0007 \u001B[1;31mdeclined\u001B[0m by\u001B[0mbank';
    const colored = new FilledStore().logs({
      body,
      attributes: { 'log.line': '\u001B[33mretry\u001B[0m later' },
    });
    const said = { key: 'said', value: { stringValue: '\u001B[35mdeep\u001B[0m' } };
    const structured = {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { kvlistValue: { values: [said] } } }] }] }],
    };
    colored.ingest({ signal: 'logs', encoding: 'json', bytes: Buffer.from(JSON.stringify(structured)) });
    for (const q of [
      'declined',
      'Nest',
      '"payment declined"',
      'retry',
      'message~"42 pay"',
      'log.line~"retry later"',
    ])
      expect([q, listLogs(colored, { q }).logs.map((log) => log.body)]).toEqual([q, [body]]);
    expect(listLogs(colored, { q: 'deep' }).logs.map((log) => log.body)).toEqual([
      { said: '\u001B[35mdeep\u001B[0m' },
    ]);
    expect(listLogs(colored, { q: '31mdeclined' }).logs).toEqual([]);
  });

  it('has each record on one page, with a search or without', () => {
    const many = new FilledStore().logs(...Array.from({ length: 95 }, (_, at) => ({ at, body: 'find me' })));
    for (const query of [{}, { q: 'find' }, { q: '-other' }]) {
      const times: number[] = [];
      for (let before: string | null | undefined; before !== null;) {
        const page = listLogs(many, { ...query, limit: 10, ...(before !== undefined && { before }) });
        times.push(...page.logs.map(({ timeUs }) => (timeUs - T0_US) / 1000));
        before = page.next;
      }
      expect(times).toEqual(Array.from({ length: 95 }, (_, index) => 94 - index));
    }
  });
});
