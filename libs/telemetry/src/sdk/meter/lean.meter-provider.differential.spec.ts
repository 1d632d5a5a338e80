import { type Attributes, type Meter, ValueType } from '@opentelemetry/api';
import {
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { comparable, leanMeter, officialMeter } from './testing-harness.spec-helper.js';

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`lean.meter-provider.differential: SEED=${SEED}`);

/** The same numbers for the same seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const NAMES = ['method', 'route', 'status', 'region', 'kind'];
const VALUES = ['GET', 'POST', '/a', '/b', 200, 404, true, false, 'eu', ['x', 'y'], 0, ''];

function randomAttributes(dice: Dice): Attributes | undefined {
  if (dice.below(8) === 0) return undefined;
  const names = NAMES.filter(() => dice.below(2) === 0);
  // The order must not matter.
  if (dice.below(2) === 0) names.reverse();
  return Object.fromEntries(names.map((name) => [name, dice.pick(VALUES)]));
}

const GRAIN = 2 ** -20;

/**
 * Mostly ordinary, some exact bounds, some tiny and some huge. All are multiples of a power of two, so that sums are exact
 * and the order of addition, which differs between the two, does not show.
 */
function randomValue(dice: Dice): number {
  return Math.ceil(anyValue(dice) / GRAIN) * GRAIN;
}

function anyValue(dice: Dice): number {
  switch (dice.below(6)) {
    case 0:
      return dice.pick([5, 10, 0.5, 1, 2, 4, 1024, 2 ** -20]);
    case 1:
      return 10 ** (dice.below(9) - 4) * (dice.next() + 0.1);
    default:
      return Math.floor(dice.next() * 20_000) / 1000 + 0.001;
  }
}

const KINDS = {
  counter: (meter: Meter) => {
    const counter = meter.createCounter('counter', { unit: '1', description: 'counts' });
    return (dice: Dice) => counter.add(randomValue(dice), randomAttributes(dice));
  },
  wholeCounter: (meter: Meter) => {
    const counter = meter.createCounter('whole', { valueType: ValueType.INT });
    return (dice: Dice) => counter.add(dice.below(10) + (dice.below(2) ? 0.7 : 0), randomAttributes(dice));
  },
  upDownCounter: (meter: Meter) => {
    const counter = meter.createUpDownCounter('up.down');
    return (dice: Dice) => counter.add(dice.below(11) - 5, randomAttributes(dice));
  },
  gauge: (meter: Meter) => {
    const gauge = meter.createGauge('gauge');
    return (dice: Dice) => gauge.record(dice.below(100) - 50, randomAttributes(dice));
  },
  histogram: (meter: Meter) => {
    const histogram = meter.createHistogram('histogram', { unit: 'ms' });
    return (dice: Dice) => histogram.record(randomValue(dice), randomAttributes(dice));
  },
  advisedHistogram: (meter: Meter) => {
    const options = { advice: { explicitBucketBoundaries: [0.5, 1, 5, 10] } };
    const histogram = meter.createHistogram('advised', options);
    return (dice: Dice) => histogram.record(randomValue(dice), randomAttributes(dice));
  },
} as const;

const VIEWS: readonly ViewOptions[][] = [
  [],
  [{ instrumentName: 'histogram', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  [
    {
      instrumentName: '*histogram',
      aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 10 } },
    },
    { instrumentName: 'counter', name: 'renamed', description: 'other words' },
  ],
  [
    {
      instrumentName: '*',
      attributesProcessors: [createAllowListAttributesProcessor(['method', 'status'])],
    },
  ],
  [
    { instrumentName: 'gauge', aggregation: { type: AggregationType.DROP } },
    { instrumentName: 'advised', attributesProcessors: [createDenyListAttributesProcessor(['route'])] },
    { instrumentType: 'COUNTER' as never, aggregation: { type: AggregationType.LAST_VALUE } },
  ],
  [
    { instrumentName: 'histogram', aggregation: { type: AggregationType.SUM } },
    {
      instrumentName: 'histogram',
      name: 'second',
      aggregation: {
        type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
        options: { boundaries: [1, 2, 3], recordMinMax: false },
      },
    },
    {
      instrumentUnit: '1',
      aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1, 10] } },
    },
    { meterName: 'shop', instrumentName: 'up.*', description: 'of the shop' },
    { meterName: 'other', instrumentName: 'up.*', name: undefined as never, description: 'not of the shop' },
  ],
];

describe('LeanMeterProvider beside the official one', () => {
  it.each(VIEWS.map((views, index) => [index, views] as const))(
    'collects the same, in sums and differences, after the same random calls (views %i)',
    async (index, views) => {
      const dice = new Dice(SEED + index);
      const pairs = [leanMeter({ views }), officialMeter(views)];
      const instruments = pairs.map(({ meter }) => Object.values(KINDS).map((create) => create(meter)));

      for (let collection = 0; collection < 12; collection++) {
        for (let call = 0; call < 150; call++) {
          const which = dice.below(Object.keys(KINDS).length);
          const seed = dice.below(2 ** 31);
          for (const each of instruments) each[which]?.(new Dice(seed));
        }
        // A reader that is asked seldom must not differ.
        const readers = (['cumulative', 'delta'] as const).filter(() => dice.below(3) > 0);
        for (const reader of readers) {
          // oxlint-disable-next-line no-await-in-loop -- collections follow each other
          const [ours, official] = await Promise.all(pairs.map((pair) => pair[reader].metrics()));
          expect(comparable(ours ?? []), `SEED=${SEED} ${reader}, collection ${collection}`).toEqual(
            comparable(official ?? []),
          );
        }
      }
    },
  );

  it('collects the same from callbacks', async () => {
    const dice = new Dice(SEED);
    const pairs = [leanMeter(), officialMeter([])];
    const seen = ['eu', 'us', 'asia'];
    let state: Record<string, number> = {};
    for (const { meter } of pairs) {
      const report = (result: { observe(value: number, attributes: Attributes): void }) => {
        for (const region of seen) result.observe(state[region] ?? 0, { region });
      };
      meter.createObservableCounter('observed.counter').addCallback(report);
      meter.createObservableUpDownCounter('observed.up.down').addCallback(report);
      const gauge = meter.createObservableGauge('observed.gauge');
      meter.addBatchObservableCallback(
        async (result) => {
          await Promise.resolve();
          for (const region of seen) result.observe(gauge, state[region] ?? 0, { region });
        },
        [gauge],
      );
    }
    for (let collection = 0; collection < 30; collection++) {
      state = Object.fromEntries(seen.map((region) => [region, (state[region] ?? 0) + dice.below(5)]));
      const reader = dice.pick(['cumulative', 'delta'] as const);
      // oxlint-disable-next-line no-await-in-loop -- collections follow each other
      const [ours, official] = await Promise.all(pairs.map((pair) => pair[reader].metrics()));
      expect(comparable(ours ?? []), `SEED=${SEED} ${reader}, collection ${collection}`).toEqual(
        comparable(official ?? []),
      );
    }
  });
});
