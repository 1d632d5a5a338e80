import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import type { SpanLimits } from '@opentelemetry/sdk-trace';

/** A repeatable source of choices. */
export class Dice {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed * 2_654_435_761;
  }

  /** From 0 up to, not including, `limit`. */
  below(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * limit);
  }

  chance(share: number): boolean {
    return this.below(1000) < share * 1000;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  list<T>(longest: number, make: () => T): T[] {
    return Array.from({ length: this.below(longest + 1) }, make);
  }
}

class Money {
  readonly amount = 5;
}

function circular(): unknown {
  const loop: Record<string, unknown> = { name: 'loop' };
  loop['self'] = loop;
  return loop;
}

const shared = { shared: [1, 'two'] };

/** Every kind of value somebody might hand to `setAttribute()`. */
const VALUES: readonly (() => unknown)[] = [
  () => 'text',
  () => '',
  () => 'a text that is longer than some limits allow',
  () => 'ünïcödé 🦄🦄🦄',
  () => 0,
  () => -0,
  () => 42.5,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => true,
  () => false,
  () => null,
  () => undefined,
  () => 10n,
  () => Symbol('s'),
  () => () => 'function',
  () => new Date(0),
  () => /regexp/,
  () => new Map([['a', 1]]),
  () => new Money(),
  circular,
  () => [],
  () => ['a', 'b', 'a longer text'],
  () => [1, 2, 3],
  () => [true, null, undefined, false],
  () => [null, 'a', undefined],
  () => [1, 'mixed', true],
  () => [
    [1, 2],
    ['nested', ['deeper']],
  ],
  () => [1, new Date(0)],
  () => [10n],
  () => ({}),
  () => ({ a: 1, b: 'text that is cut', c: undefined, d: null, e: [1, { f: true }] }),
  () => ({ a: new Date(0) }),
  () => ({ a: { b: () => 1 } }),
  () => Object.assign(Object.create(null) as object, { a: 1 }),
  () => ({ first: shared, second: shared }),
  () => new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
  () => Buffer.from('bytes'),
  () => [new Uint8Array([1, 2, 3, 4, 5])],
  () => ({ constructor: 'not a class' }),
];

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', '', 'toString', 'constructor', '1', 'http.route'];
const NAMES = ['GET', 'drop me', 'record only', 'with state', 'with attributes', '', 'work'];

export const value = (dice: Dice): unknown => dice.pick(VALUES)();
export const key = (dice: Dice): string => dice.pick(KEYS);
export const spanNameOf = (dice: Dice): string => dice.pick(NAMES);
export const kind = (dice: Dice): SpanKind =>
  dice.pick([SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]);
export const statusCode = (dice: Dice): SpanStatusCode =>
  dice.pick([SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR]);

export function attributes(dice: Dice): unknown {
  if (dice.chance(0.1)) return dice.pick([undefined, null, 'text', 5]);
  if (dice.chance(0.05)) return new Money();
  return Object.fromEntries(dice.list(8, () => [key(dice), value(dice)]));
}

/** Attributes of which none is out of the ordinary, as most are. */
export function plainAttributes(dice: Dice): unknown {
  return Object.fromEntries(
    dice.list(8, () => [`key.${dice.below(9)}`, dice.pick(['text', 'longer text', 1, true])]),
  );
}

/** Times in every form, around `epoch` and `now`; none of them is invalid. */
export function time(dice: Dice, epoch: number, now: number): unknown {
  const offset = dice.pick([-90_000, -5.5, -0.25, 0, 0.125, 3, 12_345]);
  const millis = epoch + now + offset;
  return dice.pick([
    millis,
    new Date(Math.floor(millis)),
    [Math.floor(millis / 1000), 123_456_789],
    [Math.floor(millis / 1000), 0],
    now,
    now / 2,
    now - 10,
    0,
    undefined,
  ]);
}

export function spanContext(dice: Dice): object {
  const traceId = dice.pick([
    '0af7651916cd43dd8448eb211c80319c',
    'ffffffffffffffffffffffffffffffff',
    '0'.repeat(32),
  ]);
  const spanId = dice.pick(['b7ad6b7169203331', 'b7ad6b7169203331', '0'.repeat(16), 'not hex']);
  return {
    traceId,
    spanId,
    traceFlags: dice.pick([TraceFlags.SAMPLED, TraceFlags.NONE]),
    ...(dice.chance(0.7) && { isRemote: dice.chance(0.7) }),
    ...(dice.chance(0.4) && { traceState: new TraceState('vendor=value') }),
  };
}

export function link(dice: Dice): object {
  return { context: spanContext(dice), ...(dice.chance(0.6) && { attributes: attributes(dice) }) };
}

function withoutStack(error: Error): Error {
  delete error.stack;
  return error;
}

// Made once: their stacks are to be the same for both.
const EXCEPTIONS: readonly unknown[] = [
  new Error('broken'),
  Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('refused'), { code: 14 }),
  Object.assign(new Error('refused'), { code: 0 }),
  withoutStack(new TypeError('bare')),
  new RangeError(''),
  'text',
  '',
  { name: 'Named' },
  { message: 'only a message' },
  { code: 5, message: 'numbered' },
  { message: { not: 'text' } },
  { stack: 'only a stack' },
  {},
  null,
  undefined,
  7,
];

export const exception = (dice: Dice): unknown => dice.pick(EXCEPTIONS);

export function limits(dice: Dice): SpanLimits {
  if (dice.chance(0.4)) return {};
  const one = (highest: number): number | undefined => (dice.chance(0.6) ? dice.below(highest) : undefined);
  const chosen = {
    attributeCountLimit: one(7),
    attributeValueLengthLimit: dice.chance(0.5) ? 1 + dice.below(9) : undefined,
    eventCountLimit: one(4),
    linkCountLimit: one(4),
    attributePerEventCountLimit: one(4),
    attributePerLinkCountLimit: one(4),
  };
  return chosen as SpanLimits;
}
