import { metrics, type ObservableCallback } from '@opentelemetry/api';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { MeterService } from 'nest-telemetry';
import type { HostileCase, HostileCases } from './hostile.case.ts';
import {
  BIGINT,
  boom,
  CYCLE,
  DEEP,
  MUTE,
  NOTHING,
  NULL,
  OBJECT_PROXY,
  REVOKED,
  SYMBOL,
  withGetter,
} from './values.ts';

const meter = metrics.getMeter('hostile');
const service = new MeterService();
const KINDS = ['createCounter', 'createUpDownCounter', 'createHistogram', 'createGauge'] as const;
const OBSERVABLE_KINDS = [
  'createObservableCounter',
  'createObservableUpDownCounter',
  'createObservableGauge',
] as const;
const NO_TEXT = [NOTHING, NULL, SYMBOL, MUTE, OBJECT_PROXY, ''] as never[];

class HostileReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

function reader(parts: object): () => { metrics: { readers: MetricReader[] } } {
  return () => ({ metrics: { readers: [Object.assign(new HostileReader(), parts)] } });
}

/** Meters, instruments, callbacks, views and readers. */
export const metricsCases: HostileCases = {
  'names of instruments that are no text': {
    act: () => {
      for (const name of NO_TEXT) for (const kind of [...KINDS, ...OBSERVABLE_KINDS]) meter[kind](name);
    },
    warns: [/The name or options of a metric/],
  },
  'names of meters that are no text': {
    act: () => {
      for (const name of NO_TEXT) metrics.getMeter(name, name).createCounter('hostile').add(1);
    },
  },
  'options of a meter that throw': {
    act: () =>
      metrics.getMeter('hostile meter', '1', withGetter('schemaUrl')).createCounter('hostile').add(1),
    warns: [/The options of a meter/],
  },
  'options of instruments that throw': {
    act: () => {
      for (const kind of KINDS) {
        meter[kind](`hostile.${kind}.proxy`, OBJECT_PROXY);
        meter[kind](`hostile.${kind}.unit`, withGetter('unit'));
        meter[kind](`hostile.${kind}.garbage`, {
          unit: MUTE,
          description: SYMBOL,
          valueType: NULL,
          advice: NULL,
        });
      }
    },
    warns: [/The name or options of a metric/],
  },
  'boundaries that are none': {
    act: () => {
      for (const [index, boundaries] of [[3, 1], [Number.NaN], 'x', NULL, OBJECT_PROXY].entries())
        meter
          .createHistogram(`hostile.boundaries.${index}`, {
            advice: { explicitBucketBoundaries: boundaries as never },
          })
          .record(1);
    },
    mayWarn: [/hostile\.boundaries/],
  },
  'values that are no numbers': {
    act: () => {
      const values = [Number.NaN, Infinity, NOTHING, NULL, BIGINT, SYMBOL, OBJECT_PROXY, '1' as never];
      for (const value of values) {
        meter.createCounter('hostile.counter').add(value);
        meter.createHistogram('hostile.histogram').record(value);
        meter.createGauge('hostile.gauge').record(value);
      }
      meter.createCounter('hostile.counter').add(-1);
    },
    warns: [/hostile\.counter/, /hostile\.histogram/, /hostile\.gauge/],
  },
  'attributes that are none': {
    act: () => {
      const all = [NULL, 5, 'x', SYMBOL, OBJECT_PROXY, REVOKED, withGetter('a')] as never[];
      for (const attributes of all) meter.createCounter('hostile.attributes').add(1, attributes);
    },
    warns: [/hostile\.attributes/],
  },
  'values of attributes that are none': {
    act: () => {
      for (const value of [BIGINT, SYMBOL, CYCLE, DEEP, MUTE, OBJECT_PROXY, REVOKED])
        meter.createHistogram('hostile.values').record(1, { value });
    },
    warns: [/hostile\.values/],
  },
  'names of attributes that are reserved': {
    act: () =>
      meter.createHistogram('hostile.reserved').record(1, {
        le: '1',
        __proto__: 'x',
        '': 'x',
        'a b': 1,
        a_b: 2,
        otel_scope_name: 'x',
      }),
  },
  'a context that is none': {
    act: () => meter.createHistogram('hostile.context').record(1, {}, OBJECT_PROXY),
    warns: [/hostile\.context/],
  },
  'an observable callback that throws': {
    act: observing('hostile.throwing', throwing),
    warns: [/hostile\.throwing/],
  },
  'an observable callback that throws what cannot be shown': {
    act: observing('hostile.mute', throwingMute),
    warns: [/hostile\.mute/],
  },
  'an observable callback that rejects': {
    act: observing('hostile.rejecting', rejecting),
    warns: [/hostile\.rejecting/],
  },
  'an observable callback that never answers': {
    act: observing('hostile.silent', silent),
  },
  'an observable callback that takes itself back, and adds others': {
    act: ({ collect }) => {
      const gauge = meter.createObservableGauge('hostile.fickle');
      gauge.addCallback(function fickle() {
        gauge.removeCallback(fickle);
        gauge.addCallback(() => undefined);
      });
      return collect();
    },
  },
  'an observable callback that observes garbage': {
    act: observing('hostile.garbage', observingGarbage),
    warns: [/hostile\.garbage/],
  },
  'callbacks that are no functions': {
    act: ({ collect }) => {
      const gauge = meter.createObservableGauge('hostile.uncallable');
      for (const callback of [NOTHING, NULL, 5 as never, {} as never]) {
        gauge.addCallback(callback);
        gauge.removeCallback(callback);
        gauge.addCallback(callback);
      }
      return collect();
    },
  },
  'batch callbacks for what is not observable': {
    act: ({ collect }) => {
      for (const observables of [NULL, NOTHING, [NULL], [OBJECT_PROXY], 5 as never]) {
        meter.addBatchObservableCallback(batch, observables);
        meter.removeBatchObservableCallback(batch, observables);
        meter.addBatchObservableCallback(NULL, observables);
      }
      return collect();
    },
  },
  'a batch callback that throws, and one that observes what is not its own': {
    act: async ({ collect }) => {
      const gauge = meter.createObservableGauge('hostile.batch');
      for (const callback of [throwing, observingNothing])
        meter.addBatchObservableCallback(callback, [gauge]);
      await collect();
      for (const callback of [throwing, observingNothing])
        meter.removeBatchObservableCallback(callback, [gauge]);
    },
    warns: [/A batch callback of metrics/],
  },
  'MeterService with names and options that are none': {
    act: () => {
      for (const name of NO_TEXT) {
        service.counter(name, NULL).add(1);
        service.histogram(name, NULL).record(1);
        service.observableGauge(name, NULL);
      }
      service.counter('hostile.service', OBJECT_PROXY).add(1);
      service.histogram('hostile.service.histogram', OBJECT_PROXY).record(1);
      service.observableGauge('hostile.service.gauge', OBJECT_PROXY);
    },
    warns: [/The name or options of a metric/],
  },
  'a view whose attributes processor throws': {
    options: () => ({
      metrics: {
        views: [
          { instrumentName: 'hostile.viewed', attributesProcessors: [{ process: () => boom('view') }] },
        ],
      },
    }),
    act: () => meter.createCounter('hostile.viewed').add(1, { a: 1 }),
    warns: [/attributes processor/],
  },
  'a view whose attributes processor answers with garbage': {
    options: () => ({
      metrics: {
        views: [
          { instrumentName: 'hostile.viewed', attributesProcessors: [{ process: () => OBJECT_PROXY }] },
        ],
      },
    }),
    act: () => meter.createCounter('hostile.viewed').add(1, { a: 1 }),
    warns: [/attributes processor/],
  },
  'a reader that throws for temporality': {
    options: reader({ selectAggregationTemporality: () => boom('temporality') }),
    act: ({ collect }) => collect(),
  },
  'a reader that throws for aggregation': {
    options: reader({ selectAggregation: () => boom('aggregation') }),
    act: ({ collect }) => {
      meter.createCounter('hostile.aggregated').add(1);
      return collect();
    },
    warns: [/selectAggregation/],
  },
  'a reader that asks for an aggregation there is none of': {
    options: reader({ selectAggregation: () => ({ type: 99 }), selectCardinalityLimit: () => Number.NaN }),
    act: ({ collect }) => {
      meter.createCounter('hostile.aggregated.99').add(1);
      return collect();
    },
  },
  'a reader that throws when it is given its metrics': {
    options: reader({ setMetricProducer: () => boom('setMetricProducer') }),
    act: ({ collect }) => collect(),
    warns: [/setMetricProducer/],
  },
  'a reader whose flush and shutdown throw': {
    options: reader({ forceFlush: () => boom('forceFlush'), shutdown: () => boom('shutdown') }),
    act: ({ collect }) => collect(),
    warns: [/HostileReader\.shutdown/],
  },
  'a reader whose flush and shutdown reject': {
    options: reader({
      forceFlush: () => Promise.reject(new Error('forceFlush')),
      shutdown: () => Promise.reject(new Error('shutdown')),
    }),
    act: ({ collect }) => collect(),
    warns: [/HostileReader\.shutdown/],
  },
};

/** Instruments outlive an application, so the callback is taken back. */
function observing(name: string, callback: ObservableCallback): HostileCase['act'] {
  return async ({ collect }) => {
    const gauge = meter.createObservableGauge(name);
    gauge.addCallback(callback);
    await collect();
    gauge.removeCallback(callback);
  };
}

function throwing(): never {
  return boom('callback');
}

function throwingMute(): never {
  throw MUTE as Error;
}

async function rejecting(): Promise<void> {
  throw new Error('rejected');
}

function silent(): Promise<void> {
  return new Promise(() => undefined);
}

function observingGarbage(result: { observe(value: number, attributes?: object): void }): void {
  result.observe(Number.NaN);
  result.observe(SYMBOL, OBJECT_PROXY);
  result.observe(1, withGetter('a'));
}

function observingNothing(result: { observe(...args: unknown[]): void }): void {
  result.observe(NULL, 1);
  result.observe(OBJECT_PROXY, 1);
  result.observe(meter.createObservableGauge('hostile.other'), 1);
}

function batch(): void {}
