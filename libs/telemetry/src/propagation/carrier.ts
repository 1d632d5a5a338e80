/**
 * Something context can be written to and read from: the headers of a message, whatever they are called there.
 * @since 0.1.0
 */
export interface Carrier {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  keys(): string[];
}

/**
 * What {@link inject} and {@link extract} take: a {@link Carrier}, a `Map`, `Headers`, or a plain object whose own
 * properties are the headers. Headers of a message that came as bytes are read as UTF-8.
 * @since 0.1.0
 */
export type AnyCarrier = Carrier | Map<string, unknown> | Headers | object;

/** Nothing that is propagated is longer; what is longer is not copied out of its buffer. */
const MAX_BYTES = 16_384;

/** Sees any carrier as a {@link Carrier}. */
export function carrierOf(target: AnyCarrier): Carrier {
  if (target instanceof Map) return mapCarrier(target);
  if (isCarrier(target)) return methodCarrier(target);
  return objectCarrier(target as Record<string, unknown>);
}

/** An object read from a message cannot have functions, so it cannot pretend to be a carrier. */
function isCarrier(target: object): target is Carrier | Headers {
  const { get, set, keys } = target as Partial<Record<keyof Carrier, unknown>>;
  return typeof get === 'function' && typeof set === 'function' && typeof keys === 'function';
}

/** The methods of `Headers` are those of a carrier, but for null and iterators. */
function methodCarrier(target: Carrier | Headers): Carrier {
  return {
    get: (key) => text(target.get(key)),
    set: (key, value) => target.set(key, value),
    keys: () => Array.from(target.keys()),
  };
}

function mapCarrier(target: Map<string, unknown>): Carrier {
  return {
    get: (key) => text(target.get(key)),
    set: (key, value) => void target.set(key, value),
    keys: () => [...target.keys()],
  };
}

/** Own properties only: what is on a prototype was not in the message. */
function objectCarrier(target: Record<string, unknown>): Carrier {
  return {
    get: (key) => (Object.hasOwn(target, key) ? text(target[key]) : undefined),
    set(key, value) {
      if (key !== '__proto__') target[key] = value;
    },
    keys: () => Object.keys(target),
  };
}

/** Several values of one header are a list (RFC 9110, 5.3). What is no text is not there. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) {
    return value.length > MAX_BYTES
      ? undefined
      : Buffer.from(value.buffer, value.byteOffset, value.length).toString();
  }
  return Array.isArray(value) ? list(value) : undefined;
}

function list(values: readonly unknown[]): string | undefined {
  let joined = '';
  for (const [at, value] of values.entries()) {
    if (typeof value !== 'string') return undefined;
    joined += at === 0 ? value : `,${value}`;
    if (joined.length > MAX_BYTES) return undefined;
  }
  return values.length === 0 ? undefined : joined;
}
