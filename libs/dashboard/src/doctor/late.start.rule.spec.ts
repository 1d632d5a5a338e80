import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

function headless(number: number, given: Partial<SpanGiven> = {}): SpanGiven[] {
  return Array.from({ length: number }, (_, index) => ({
    trace: index + 1,
    id: index + 1,
    name: 'OrdersController.find',
    scope: '@opentelemetry/instrumentation-nestjs-core',
    ...given,
  }));
}

describe('D15, an SDK that was loaded too late', () => {
  it('tells of spans from inside of requests when there is no server span', () => {
    expect(new Surgery().spans(...headless(3)).findings('D15')).toMatchObject([
      {
        severity: 'error',
        evidence:
          '3 spans from inside of requests to orders have no parent, e.g. OrdersController.find (@opentelemetry/instrumentation-nestjs-core), and there is no server span of orders.',
      },
    ]);
  });

  it.each<[string, SpanGiven[]]>([
    ['there are two', headless(2)],
    ['the service has server spans', [...headless(3), { trace: 9, id: 9, kind: 'server' }]],
    ['they are of jobs', headless(3, { scope: 'jobs' })],
    ['they have parents', headless(3, { parent: 99 })],
  ])('has nothing to say when %s', (_, spans) => {
    expect(new Surgery().spans(...spans).findings('D15')).toEqual([]);
  });
});
