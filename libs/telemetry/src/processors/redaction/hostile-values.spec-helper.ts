function nested(depth: number): unknown {
  let value: unknown = 'ada@example.com';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function shared(levels: number): unknown {
  let value: unknown = { email: 'ada@example.com' };
  for (let level = 0; level < levels; level++) value = { left: value, right: value };
  return value;
}

const circular: Record<string, unknown> = { name: 'loop' };
circular['self'] = circular;

class Account {
  readonly password = 'hunter2';
  readonly name = 'ada';
}

/** A hundred million characters that are all secrets. */
export const HUGE = Buffer.alloc(100_000_000, 'token=abc123 ').toString('latin1');

/** Values made to break whoever reads them or to keep it busy, by what they are. */
export const HOSTILE_VALUES: Readonly<Record<string, unknown>> = {
  'a structure that holds itself': circular,
  'a structure 100 000 levels deep': nested(100_000),
  'a structure with 2^40 paths through it': shared(40),
  'a text of 100 MB': HUGE,
  'a text of 100 MB within a structure': { note: HUGE, token: HUGE },
  'a text of 100 MB put together from parts': Array.from({ length: 100 }, () =>
    HUGE.slice(0, 1_000_000),
  ).reduce((whole, part) => whole + part),
  'a list of 100 000 texts': Array.from({ length: 100_000 }, () => 'ada@example.com'),
  'a getter that throws': Object.defineProperty({}, 'x', {
    enumerable: true,
    get() {
      throw new Error('ada@example.com');
    },
  }),
  'a proxy that throws': new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('no');
      },
      getPrototypeOf() {
        throw new Error('no');
      },
    },
  ),
  'a revoked proxy': (() => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  })(),
  'a toJSON that throws': {
    toJSON() {
      throw new Error('no');
    },
  },
  'a toJSON that gives itself': {
    toJSON() {
      return this;
    },
  },
  'a large integer': 10n ** 100_000n,
  'an integer that is a card': 4111111111111111n,
  'a symbol': Symbol('ada@example.com'),
  'a function': () => 'ada@example.com',
  'an instance of a class': new Account(),
  'a date': new Date(0),
  'an invalid date': new Date(Number.NaN),
  'a map by objects': new Map([[{ email: 'ada@example.com' }, 1]]),
  'a set': new Set(['ada@example.com']),
  bytes: Buffer.from('ada@example.com'),
  'an error with a cause': new Error('ada@example.com', { cause: new Error('password=hunter2') }),
  'a name that holds a secret': { 'ada@example.com': 1 },
  'a name from the prototype': JSON.parse('{"__proto__":{"email":"ada@example.com"}}'),
  nothing: [undefined, null, Number.NaN, -0],
};
