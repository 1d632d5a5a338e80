/** Values built to hurt whoever looks at them. */

export function boom(what = 'boom'): never {
  throw new Error(what);
}

export const NOTHING = undefined as never;
export const NULL = null as never;
export const SYMBOL = Symbol('hostile') as never;
export const BIGINT = 10n as never;

/** Every look at it throws. */
export const PROXY = new Proxy(function callable() {}, {
  get: () => boom('get'),
  set: () => boom('set'),
  has: () => boom('has'),
  ownKeys: () => boom('ownKeys'),
  apply: () => boom('apply'),
  getPrototypeOf: () => boom('getPrototypeOf'),
  getOwnPropertyDescriptor: () => boom('getOwnPropertyDescriptor'),
}) as never;

/** An object whose every look throws; the other one is a function. */
export const OBJECT_PROXY = new Proxy(
  {},
  {
    get: () => boom('get'),
    set: () => boom('set'),
    has: () => boom('has'),
    ownKeys: () => boom('ownKeys'),
    getPrototypeOf: () => boom('getPrototypeOf'),
    getOwnPropertyDescriptor: () => boom('getOwnPropertyDescriptor'),
  },
) as never;

/** Not even `typeof` of its content works any more. */
export const REVOKED = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy as never;
})();

/** An object with a property that throws when it is read. */
export function withGetter(property: string, rest: object = {}): never {
  return Object.defineProperty({ ...rest }, property, {
    enumerable: true,
    get: () => boom(`getter ${property}`),
  }) as never;
}

/** Cannot be turned into text. */
export const MUTE = { toString: () => boom('toString'), toJSON: () => boom('toJSON') } as never;

export const CYCLE = (() => {
  const self: Record<string, unknown> = {};
  self['self'] = self;
  return self as never;
})();

export const DEEP = (() => {
  const outermost: Record<string, unknown> = {};
  let innermost = outermost;
  for (let level = 0; level < 10_000; level += 1) innermost = innermost['a'] = {} as Record<string, unknown>;
  return outermost as never;
})();

/** Small, and enormous when written out. */
export const DOUBLED = (() => {
  let value: unknown = 'ha';
  for (let level = 0; level < 24; level += 1) value = [value, value];
  return value as never;
})();

/** Things that are thrown. */
export const THROWN: Readonly<Record<string, unknown>> = {
  null: null,
  undefined: undefined,
  'a symbol': SYMBOL,
  'a proxy': OBJECT_PROXY,
  'an object without prototype': Object.create(null),
  'an error with throwing properties': Object.defineProperties(new Error('hostile'), {
    message: { get: () => boom('message') },
    name: { get: () => boom('name') },
    stack: { get: () => boom('stack') },
    cause: { get: () => boom('cause') },
    code: { get: () => boom('code') },
  }),
  'an error that causes itself': (() => {
    const error = new Error('cyclic');
    error.cause = error;
    return error;
  })(),
  'an error whose message is no text': Object.assign(new Error(), { message: MUTE }),
};
