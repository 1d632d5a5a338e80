import type { Attributes } from '@opentelemetry/api';
import type { Seeded } from '../../../../libs/otlp/src/seeded.spec-helper.js';
import type { FuzzedText } from './fuzzed-text.js';

/** Pairs that differ only where labels cannot show it. */
const TWINS: readonly (readonly [object, object])[] = [
  [{ 'a.b': 'x' }, { a_b: 'x' }],
  [{ v: 1 }, { v: '1' }],
  [{ v: '' }, {}],
  [{ v: '\ud800' }, { v: '\udc00' }],
  [
    { p: 'x', 'q.r': 'y' },
    { q_r: 'y', p: 'x' },
  ],
  [{ le: 'x' }, { exported_le: 'x' }],
];
const NUMBERS = [0, -0, 1, 1.5, Number.NaN, Infinity, 2 ** 53];
const NO_VALUES: unknown[] = [null, undefined, 10n, Symbol('s'), {}, () => 1, [], [['a']], new Date(0)];

/** A few sets, all with `case`. */
export function attributeSets(seeded: Seeded, text: FuzzedText, id: string): Attributes[] {
  const sets: object[] = Array.from({ length: 1 + seeded.below(2) }, (_, index) => ({
    ...attributesOf(seeded, text),
    set: index,
  }));
  if (seeded.below(3) === 0) {
    const shared = attributesOf(seeded, text);
    sets.push(...seeded.oneOf(TWINS).map((twin) => ({ ...shared, ...twin, set: 'twins' })));
  }
  return sets.map((set) => ({ ...set, case: id }));
}

function attributesOf(seeded: Seeded, text: FuzzedText): object {
  const attributes = {};
  for (let count = seeded.below(4); count > 0; count--) {
    const name = seeded.below(20) === 0 ? '' : text.name();
    // Assignment would lose an attribute called __proto__.
    Object.defineProperty(attributes, name, {
      value: valueOf(seeded, text),
      enumerable: true,
      configurable: true,
    });
  }
  return attributes;
}

function valueOf(seeded: Seeded, text: FuzzedText): unknown {
  switch (seeded.below(6)) {
    case 0:
      return seeded.oneOf<unknown>([...NUMBERS, true, false]);
    case 1:
      return seeded.oneOf(NO_VALUES);
    case 2:
      return seeded.list(3, () => text.any(2));
    default:
      return text.long();
  }
}
