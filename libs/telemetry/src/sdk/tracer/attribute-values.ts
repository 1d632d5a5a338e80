/** Bounds on nested values: text from outside, parsed and recorded, must not be able to stop the process. */
const MAX_DEPTH = 100;
const MAX_NODES = 100_000;

/** A value an attribute may have, cut to the length limit and independent of the original; `undefined` if it is none. */
export function cleanValue(value: unknown, maxLength: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.length <= maxLength ? value : value.substring(0, maxLength);
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : cleanObject(value, maxLength);
    default:
      return undefined;
  }
}

/** The same for attributes of events, which may only be text, numbers, booleans and arrays of one of these. */
export function cleanSimpleValue(value: unknown, maxLength: number): unknown {
  if (typeof value !== 'object') return cleanValue(value, maxLength);
  if (!Array.isArray(value)) return undefined;
  let type: string | undefined;
  for (const element of value as unknown[]) {
    if (element === null || element === undefined) continue;
    type ??= typeof element;
    if (typeof element !== type || !isScalar(type)) return undefined;
  }
  return value.map((element: unknown) => cleanValue(element, maxLength));
}

function isScalar(type: string): boolean {
  return type === 'string' || type === 'number' || type === 'boolean';
}

function cleanObject(value: object, maxLength: number): unknown {
  const copy = new DeepCopy(maxLength).of(value);
  return copy === INVALID ? undefined : copy;
}

const INVALID = Symbol('invalid');

/** Copies arrays and plain objects, and refuses as a whole what holds anything else or itself. */
class DeepCopy {
  readonly #path: object[] = [];
  #nodes = 0;

  constructor(private readonly maxLength: number) {}

  of(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) {
      // A gap in an array stays a gap; only a whole attribute must not be undefined.
      return value === undefined ? undefined : (cleanValue(value, this.maxLength) ?? refuse(value));
    }
    if (value instanceof Uint8Array)
      return value.length <= this.maxLength ? value : value.slice(0, this.maxLength);
    this.#nodes += 1;
    if (this.#path.length >= MAX_DEPTH || this.#path.includes(value)) return INVALID;
    this.#path.push(value);
    const copy = Array.isArray(value) ? this.#array(value) : this.#object(value as Record<string, unknown>);
    this.#path.pop();
    return copy;
  }

  #array(value: readonly unknown[]): unknown {
    if (this.#isTooLarge(value.length)) return INVALID;
    const copy: unknown[] = [];
    for (const element of value) {
      const cleaned = this.of(element);
      if (cleaned === INVALID) return INVALID;
      copy.push(cleaned);
    }
    return copy;
  }

  #object(value: Record<string, unknown>): unknown {
    if (value.constructor !== Object && value.constructor !== undefined) return INVALID;
    const keys = Object.keys(value);
    if (this.#isTooLarge(keys.length)) return INVALID;
    const copy: Record<string, unknown> = {};
    for (const key of keys) {
      const cleaned = this.of(value[key]);
      if (cleaned === INVALID) return INVALID;
      if (cleaned !== undefined) copy[key] = cleaned;
    }
    return copy;
  }

  #isTooLarge(children: number): boolean {
    this.#nodes += children;
    return this.#nodes > MAX_NODES;
  }
}

function refuse(value: unknown): unknown {
  return value === null ? null : INVALID;
}
