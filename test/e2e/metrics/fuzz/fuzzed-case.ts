import { type Attributes, type Meter, type MetricOptions } from '@opentelemetry/api';
import type { Seeded } from '../../../../libs/otlp/src/seeded.spec-helper.js';
import { attributeSets } from './fuzzed-attributes.js';
import { contextOf } from './fuzzed-context.js';
import { FuzzedText } from './fuzzed-text.js';

const KINDS = [
  'counter',
  'upDownCounter',
  'gauge',
  'histogram',
  'observableCounter',
  'observableUpDownCounter',
  'observableGauge',
] as const;
type Kind = (typeof KINDS)[number];
const OBSERVABLES = {
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const;

const UNITS = [
  ['', '', '1', 's', 'ms', 'By', '{request}', 'By/s', '{a}/min', '%', 'Cel'],
  ['a.b', '\n', 'é', '"', 'bucket', 'total', 'count', '\ud800', '/', '//'],
].flat();
const POSITIVE = [0, -0, 0.1, 1, 3, 1e-320, 5e-324, 1e15, 2 ** 53 + 2, 1e21, 1e300];
const NEGATIVE = [-1, -0.5, -1e21, -1e300];
/** No measurement of anything. */
const REFUSED: unknown[] = [Number.NaN, '5', null, undefined, 10n, {}, [1], true];

/** Some measurements of one instrument. All have the attribute `case`, which is how they are found again. */
export interface FuzzedCase {
  readonly id: string;
  /** What has to arrive: the sum of the values, how many there are, or some of them and nothing else. */
  readonly arrives: 'sum' | 'count' | 'some';
  readonly values: readonly number[];
}

interface Measurement {
  readonly value: number;
  readonly attributes: Attributes;
}

/** Makes an instrument that should not be, and measures what should not be measured besides something sensible. */
export function measureFuzzed(seeded: Seeded, meters: readonly Meter[], id: string): FuzzedCase {
  const text = new FuzzedText(seeded);
  const kind = seeded.oneOf(KINDS);
  const name = text.name();
  const options = { unit: unitOf(seeded, text), description: text.long(), advice: adviceOf(seeded) };
  const isSigned = /upDown|gauge/i.test(kind);
  const valueOf = () => seeded.oneOf(isSigned ? [...POSITIVE, ...NEGATIVE] : POSITIVE);
  const measured = attributeSets(seeded, text, id).map((attributes) => ({ attributes, value: valueOf() }));
  const [first] = measured;
  // What grows beyond all numbers.
  if (first && /counter/i.test(kind) && !kind.startsWith('observable') && seeded.below(30) === 0)
    measured.push({ ...first, value: 1.7e308 }, { ...first, value: 1.7e308 });
  if (first && kind.endsWith('auge') && seeded.below(8) === 0)
    measured.push({ attributes: { case: id, infinite: true }, value: seeded.oneOf([Infinity, -Infinity]) });
  const refused = (isSigned ? REFUSED : [...REFUSED, ...NEGATIVE]).map((value) => ({
    attributes: { case: id, refused: true },
    value: value as number,
  }));
  const record = recorderOf(kind, seeded.oneOf(meters), { name, options });
  record(measured, refused, () => contextOf(seeded, text));
  const arrives = kind === 'histogram' ? 'count' : kind.endsWith('auge') ? 'some' : 'sum';
  return { id, arrives, values: measured.map(({ value }) => value) };
}

type Record = (
  measured: readonly Measurement[],
  refused: readonly Measurement[],
  newContext: () => ReturnType<typeof contextOf>,
) => void;

function recorderOf(kind: Kind, meter: Meter, what: { name: string; options: MetricOptions }): Record {
  const { name, options } = what;
  switch (kind) {
    case 'counter':
    case 'upDownCounter': {
      const counter =
        kind === 'counter' ? meter.createCounter(name, options) : meter.createUpDownCounter(name, options);
      return (measured, refused) => {
        for (const { value, attributes } of [...measured, ...refused]) counter.add(value, attributes);
        counter.add(Infinity);
      };
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, options);
      return (measured, refused) => {
        for (const { value, attributes } of [...measured, ...refused]) gauge.record(value, attributes);
      };
    }
    case 'histogram': {
      const histogram = meter.createHistogram(name, options);
      return (measured, refused, newContext) => {
        for (const { value, attributes } of [...measured, ...refused])
          histogram.record(value, attributes, newContext());
        histogram.record(Infinity);
      };
    }
    default: {
      const observable = meter[OBSERVABLES[kind]](name, options);
      return (measured, refused) =>
        observable.addCallback((result) => {
          for (const { value, attributes } of [...measured, ...refused]) result.observe(value, attributes);
        });
    }
  }
}

function unitOf(seeded: Seeded, text: FuzzedText): string {
  return seeded.below(10) > 0 ? seeded.oneOf(UNITS) : text.any(3);
}

function adviceOf(seeded: Seeded): NonNullable<MetricOptions['advice']> {
  const boundaries = seeded.oneOf<unknown>([
    undefined,
    [],
    [1],
    [0.1, 1, 1e6, 1e21],
    [5, 1, 1, Number.NaN, Infinity, -Infinity],
    [1e-320, 5e-324, -0, 0],
    ['no', 'numbers'],
  ]);
  return boundaries === undefined ? {} : { explicitBucketBoundaries: boundaries as number[] };
}
