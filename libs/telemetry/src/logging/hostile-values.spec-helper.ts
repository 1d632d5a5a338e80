const fail = (): never => {
  throw new Error('hostile');
};

const throwsNull = (): never => {
  // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- hostile on purpose
  throw null;
};

const throwsBare = (): never => {
  // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- hostile on purpose
  throw Object.create(null);
};

class Unnameable {
  // oxlint-disable-next-line typescript/class-methods-use-this -- a class needs something in it
  toString(): string {
    return 'unnameable';
  }
}
Object.defineProperty(Unnameable, 'name', { get: fail });

/** Values made to break whoever looks at them. */
export function hostileValues(): readonly (readonly [name: string, value: unknown])[] {
  const traps = Object.fromEntries(
    Object.getOwnPropertyNames(Reflect).map((trap) => [trap, fail]),
  ) as ProxyHandler<object>;
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle['self'] = cycle;
  cycle['list'] = [cycle, { cycle }];
  let deep: unknown = 'bottom';
  for (let level = 0; level < 100_000; level += 1) deep = level % 2 ? { deep } : [deep];
  let shared: unknown = 'leaf';
  for (let level = 0; level < 60; level += 1) shared = [shared, shared];
  const endless: object = new Proxy(
    {},
    {
      get: () => endless,
      ownKeys: () => ['a', 'b'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
    },
  );
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const looping = new Error('looping');
  looping.cause = looping;
  const chain = new Error('chain');
  let end = chain;
  for (let level = 0; level < 10_000; level += 1) end = end.cause = new Error('link');
  const hostileError = new Error('hostile error');
  for (const key of ['name', 'message', 'stack', 'cause', 'code'])
    Object.defineProperty(hostileError, key, { get: fail, enumerable: true });
  const lazy = (): unknown => lazy;

  return [
    ['a proxy whose every trap throws', new Proxy({}, traps)],
    ['a function proxy whose every trap throws', new Proxy(() => 1, traps)],
    ['an array proxy whose every trap throws', new Proxy([], traps)],
    ['a revoked proxy', revoked.proxy],
    ['an endless proxy', endless],
    [
      'a throwing getter',
      {
        good: 1,
        get bad() {
          return fail();
        },
      },
    ],
    ['a throwing toJSON', { toJSON: fail }],
    [
      'a throwing getter named toJSON',
      {
        get toJSON() {
          return fail();
        },
      },
    ],
    [
      'a toJSON that returns itself',
      {
        toJSON() {
          return this;
        },
      },
    ],
    ['a toJSON that throws null', { toJSON: throwsNull }],
    ['a cycle', cycle],
    ['100 000 levels', deep],
    ['2^60 shared leaves', shared],
    ['a huge string', 'x'.repeat(10_000_000)],
    ['a huge array', Array.from({ length: 200_000 }, (_, index) => index)],
    ['a sparse array', Object.assign([], { length: 4_000_000_000 })],
    ['a huge BigInt', 1n << 1_000_000n],
    ['a BigInt', 10n],
    ['a symbol', Symbol('s')],
    ['NaN', Number.NaN],
    ['an object without prototype', Object.create(null)],
    ['an own key __proto__', JSON.parse('{"__proto__":{"polluted":true}}')],
    [
      'a throwing toString',
      { toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail, [Symbol.toStringTag]: fail },
    ],
    ['an invalid date', new Date(Number.NaN)],
    [
      'a map with object keys',
      new Map<unknown, unknown>([
        [{}, 1],
        ['a', cycle],
      ]),
    ],
    [
      'a map that contains itself',
      (() => {
        const map = new Map<string, unknown>();
        return map.set('self', map);
      })(),
    ],
    ['a set', new Set([1, 'a', cycle])],
    ['a weak map', new WeakMap()],
    ['a big buffer', Buffer.alloc(50_000_000)],
    ['a view without constructor', Object.defineProperty(new Uint8Array(3), 'constructor', { get: fail })],
    ['a promise', Promise.resolve(1)],
    ['an error that is its own cause', looping],
    ['an error with 10 000 causes', chain],
    ['an error whose every property throws', hostileError],
    ['an error without prototype methods', Object.setPrototypeOf(new Error('bare'), null)],
    ['an error with a symbol as message', Object.assign(new Error('x'), { message: Symbol('m') })],
    ['an error with an object as stack', Object.assign(new Error('x'), { stack: Object.create(null) })],
    [
      'an aggregate of itself',
      (() => {
        const error = new AggregateError([]);
        error.errors.push(error, 1, null, undefined);
        return error;
      })(),
    ],
    ['a function that throws', fail],
    ['a function that throws null', throwsNull],
    ['a function that throws an object without prototype', throwsBare],
    ['a function that returns itself', lazy],
    ['a class with a throwing name', Unnameable],
    ['a lone surrogate', '\ud800'],
    ['undefined', undefined],
    ['null', null],
  ];
}

/** Texts that try to make a second line, move the cursor, or read differently from what they are. */
export const FORGERIES: readonly string[] = [
  '\n',
  '\r',
  '\r\n',
  '\u0000',
  '\u0007',
  '\b',
  '\t',
  '\v',
  '\f',
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u001b[1A\u001b[2K',
  '\u007f',
  '\u0085',
  '\u009b2J',
  '\u009d0;x\u009c',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u061c',
].map((forgery) => `order placed${forgery}[Nest] 1  - LOG [Auth] admin logged in`);
