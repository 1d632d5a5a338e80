import { context, ROOT_CONTEXT, trace, type LogRecord } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  LoggerProvider as OfficialLoggerProvider,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';
import { GuardLogProcessor } from '../../processors/guard.log-processor.js';
import { LeanLoggerProvider } from './lean.logger-provider.js';

class Keeper implements LogRecordProcessor {
  readonly records: ReadWriteLogRecord[] = [];

  onEmit(record: ReadWriteLogRecord): void {
    record.setAttribute('by.processor', true).setAttributes({ n: 1, fresh: [1, 2] });
    this.records.push(record);
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

/** Numbers below a bound, the same for the same seed. */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function randomRecord(random: (bound: number) => number): LogRecord {
  const pick = <T>(...values: T[]): T => values[random(values.length)] as T;
  const attributes = Object.fromEntries(
    Array.from({ length: random(6) }, (_, index) => [
      `key.${pick<string | number>('a', 'b', index)}`,
      pick<unknown>('text', 'x'.repeat(40), 1, -2.5, true, null, ['a', 'b'], [1, null], { deep: { er: 1 } }),
    ]),
  );
  const timestamp = pick<unknown>(1_790_000_000_123, 1_790_000_000_123.5, [1_790_000_000, 7], new Date(1e12));
  return {
    timestamp: timestamp as number,
    observedTimestamp: pick<number>(1_790_000_000_500, 1_790_000_001_000),
    ...(random(3) > 0 && { body: pick<LogRecord['body']>('placed', 42, { id: 1 }, ['a'], null) }),
    ...(random(2) > 0 && { severityNumber: 1 + random(24), severityText: pick('INFO', 'WARN') }),
    ...(random(3) === 0 && { eventName: 'order.placed' }),
    ...(random(3) > 0 && { attributes }),
    ...(random(3) === 0 && {
      exception: pick<unknown>(
        new RangeError('too many'),
        'text',
        { code: 'E1', message: 'm' },
        { name: 'N', stack: 's' },
      ),
    }),
    ...(random(2) > 0 && { context: pick(trace.setSpanContext(ROOT_CONTEXT, SPAN), ROOT_CONTEXT) }),
  };
}

function told(record: ReadWriteLogRecord | undefined): unknown {
  const { hrTime, hrTimeObserved, spanContext, severityText, severityNumber, body, eventName } = record ?? {};
  const { attributes, droppedAttributesCount, resource, instrumentationScope } = record ?? {};
  return [
    [hrTime, hrTimeObserved, spanContext, severityText, severityNumber, body, eventName],
    [attributes, droppedAttributesCount, resource?.attributes],
    [instrumentationScope?.name, instrumentationScope?.version],
  ];
}

describe('A log record of ours', () => {
  const seed = Number(process.env['SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

  it.each([
    ['without limits', {}],
    ['with limits', { attributeCountLimit: 3, attributeValueLengthLimit: 10 }],
  ])(`reaches a processor as the official SDK would hand it over, %s (SEED=${seed})`, (_name, limits) => {
    const random = randomFrom(seed);
    const resource = resourceFromAttributes({ 'service.name': 'shop' });
    const [theirs, ours] = [new Keeper(), new Keeper()];
    const official = new OfficialLoggerProvider({ resource, processors: [theirs], logRecordLimits: limits });
    const lean = new LeanLoggerProvider({ resource, processor: new GuardLogProcessor([ours]), limits });
    for (let run = 0; run < 500; run += 1) {
      const record = randomRecord(random);
      context.with(ROOT_CONTEXT, () => {
        official.getLogger('contrib', '1.2.3').emit(record);
        lean.getLogger('contrib', '1.2.3').emit(record);
      });
      expect(told(ours.records.at(-1)), JSON.stringify(record)).toEqual(told(theirs.records.at(-1)));
    }
  });

  it('is enabled while a processor wants it, and until the provider is shut down', async () => {
    const resource = resourceFromAttributes({});
    const picky = Object.assign(new Keeper(), {
      enabled: ({ severityNumber = 0 }: { severityNumber?: number }) => severityNumber >= 13,
    });
    const provider = new LeanLoggerProvider({ resource, processor: new GuardLogProcessor([picky]) });
    const logger = provider.getLogger('contrib');
    expect([logger.enabled({ severityNumber: 9 }), logger.enabled({ severityNumber: 17 })]).toEqual([
      false,
      true,
    ]);
    expect(provider.getLogger('contrib')).toBe(logger);
    await provider.shutdown();
    expect(logger.enabled({ severityNumber: 17 })).toBe(false);
    logger.emit({ body: 'late' });
    expect(picky.records).toEqual([]);
  });
});
