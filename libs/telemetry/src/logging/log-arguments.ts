import { guarded } from '../telemetry.warnings.js';
import { isError } from '../processors/log-error.js';

/** The arguments of one logger call, sorted by what they mean. */
export interface LogArguments {
  /** One event each. */
  readonly messages: readonly unknown[];
  readonly context: string | undefined;
  readonly stack: string | undefined;
  /** The plain objects among the arguments after the first, merged. */
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
}

/** The first error among the messages belongs to the first event, as in Nest's JSON lines. */
export interface LogMessages {
  readonly messages: readonly unknown[];
  readonly error: Error | undefined;
}

/** A stack is recognised by its first frames; a longer text is not searched to its end. */
const MAX_SEARCHED = 32_768;
/** Message functions that return functions are called this often. */
const MAX_LAZY = 5;

const FAILED = '[message function failed]';

/** Not `value.toString()`, which a function may have replaced. */
function sourceOf(value: (...args: never[]) => unknown): string {
  return Function.prototype.toString.call(value);
}

const objectSource = sourceOf(Object);

/** Nest's own rule, so that the same arguments count as plain objects; hostile proxies do not. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return true;
    const constructor: unknown = Object.hasOwn(prototype as object, 'constructor')
      ? (prototype as { constructor: unknown }).constructor
      : undefined;
    return (
      typeof constructor === 'function' &&
      sourceOf(constructor as () => unknown) === objectSource &&
      constructor instanceof constructor
    );
  } catch {
    return false;
  }
}

function isStack(value: unknown): value is string {
  return typeof value === 'string' && /\n[ \t]+at .+:\d+:\d+/.test(value.slice(0, MAX_SEARCHED));
}

function ownKeys(object: object): readonly string[] {
  try {
    return Object.keys(object);
  } catch {
    return [];
  }
}

function merge(objects: readonly Record<string, unknown>[]): Readonly<Record<string, unknown>> | undefined {
  if (objects.length <= 1) return objects[0];
  // No prototype: a key named `__proto__` is a key like any other.
  const merged = Object.create(null) as Record<string, unknown>;
  for (const object of objects) {
    for (const key of ownKeys(object)) {
      try {
        merged[key] = object[key];
      } catch {
        merged[key] = '[unreadable]';
      }
    }
  }
  return merged;
}

/** The rules of `log`, `warn`, `debug` and `verbose`: a last text is the context, plain objects are attributes. */
export function readArguments(args: readonly unknown[]): LogArguments {
  const last = args.at(-1);
  if (args.length <= 1)
    return { messages: args, context: undefined, stack: undefined, attributes: undefined };
  const context = typeof last === 'string' ? last : undefined;
  const end = context === undefined ? args.length : args.length - 1;
  if (end === 1) return { messages: [args[0]], context, stack: undefined, attributes: undefined };

  const messages = [args[0]];
  const objects: Record<string, unknown>[] = [];
  for (const argument of args.slice(1, end)) {
    if (isPlainObject(argument)) objects.push(argument);
    else messages.push(argument);
  }
  return { messages, context, stack: undefined, attributes: merge(objects) };
}

/**
 * The rules of `error` and `fatal`: before the context, or in its place, there may be a stack. With three arguments
 * or more, any text in that position counts as one (nestjs/nest#11074).
 */
export function readErrorArguments(args: readonly unknown[]): LogArguments {
  const last = args.at(-1);
  if (args.length === 2 && last === undefined) return readArguments(args.slice(0, 1));
  if (args.length >= 2 && isStack(last)) return { ...readArguments(args.slice(0, -1)), stack: last };
  const read = readArguments(args);
  if (args.length <= 2 || read.messages.length <= 1) return read;
  const stack = read.messages.at(-1);
  if (typeof stack !== 'string' && stack !== undefined) return read;
  return { ...read, messages: read.messages.slice(0, -1), stack };
}

/** A class stands for its name; any other function is a message made only if it is written. */
function resolve(message: unknown, depth = 0): unknown {
  if (typeof message !== 'function') return message;
  if (depth === MAX_LAZY) return '[message function returned functions only]';
  const given = message as (() => unknown) & { readonly name: unknown };
  const isClass = sourceOf(given).startsWith('class ');
  const made = guarded('A log message function', () => (isClass ? given.name : given()), FAILED);
  return isClass ? made : resolve(made, depth + 1);
}

/** Resolves messages given as functions and takes the first error out of them. */
export function resolveMessages(given: readonly unknown[]): LogMessages {
  const messages = given.map((message) => resolve(message));
  const index = messages.findIndex(isError);
  const error = messages[index] as Error | undefined;
  if (index <= 0) return { messages, error };
  return { messages: messages.toSpliced(index, 1), error };
}
