import { types } from 'node:util';
import type { LogError } from './record.content.js';

/** Causes followed and members listed; errors that refer to each other would never end. */
const MAX_DEPTH = 5;
const MAX_MEMBERS = 10;
const MAX_ATTRIBUTES = 50;
/** Longest head of a stack that is looked at for the type and message. */
const MAX_HEAD = 2_000;

const UNREADABLE = '[unreadable]';

/** Whether a value is an error, of this realm or another. Never throws, whatever the value is. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Error || types.isNativeError(value);
  } catch {
    return false;
  }
}

/** Reads a property of a value that may be hostile. */
function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    // oxlint-disable-next-line typescript/no-base-to-string -- hostile errors have anything as their message
    return String(value);
  } catch {
    return UNREADABLE;
  }
}

/** Subclasses rarely set `name`; their class says more than `Error`. */
function typeOf(error: Error): string | undefined {
  const name = textOf(read(error, 'name'));
  if (name !== undefined && name !== '' && name !== 'Error') return name;
  const constructor = read(error, 'constructor');
  const className = typeof constructor === 'function' ? read(constructor, 'name') : undefined;
  return typeof className === 'string' && className !== '' ? className : name;
}

function ownAttributes(error: Error): Record<string, unknown> | undefined {
  let attributes: Record<string, unknown> | undefined;
  let keys: string[];
  try {
    keys = Object.keys(error);
  } catch {
    return undefined;
  }
  for (const key of keys.slice(0, MAX_ATTRIBUTES)) {
    if (key === 'name' || key === 'message' || key === 'stack' || key === 'cause' || key === 'errors')
      continue;
    const value = read(error, key);
    // Only primitives, as Nest does: errors of HTTP clients drag whole requests and sockets along.
    if (value === undefined || typeof value === 'function') continue;
    if (typeof value === 'object' && value !== null) continue;
    // No prototype: a key named `__proto__` is a key like any other.
    attributes ??= Object.create(null) as Record<string, unknown>;
    attributes[key] = value;
  }
  return attributes;
}

function describeCause(cause: unknown, ancestors: readonly object[]): LogError | undefined {
  if (cause === undefined || cause === null) return undefined;
  if (isError(cause)) return describe(cause, ancestors);
  if (typeof cause === 'object') return { attributes: cause as Record<string, unknown> };
  return { message: textOf(cause) };
}

function describe(error: Error, ancestors: readonly object[]): LogError {
  if (ancestors.includes(error)) return { message: '[circular]' };
  if (ancestors.length > MAX_DEPTH) return { message: '[truncated]' };
  const path = [...ancestors, error];
  const members = read(error, 'errors');
  return {
    type: typeOf(error),
    message: textOf(read(error, 'message')),
    stack: textOf(read(error, 'stack')),
    attributes: ownAttributes(error),
    cause: describeCause(read(error, 'cause'), path),
    errors: Array.isArray(members)
      ? members.slice(0, MAX_MEMBERS).map((member: unknown) => describeCause(member, path) ?? {})
      : undefined,
  };
}

/** An error as plain data: type, message, stack, own primitive properties, causes and members. Never throws. */
export function describeError(error: Error): LogError {
  try {
    return describe(error, []);
  } catch {
    return { message: UNREADABLE };
  }
}

/**
 * What is known of an error when only its stack was logged, as in `logger.error('failed', error.stack)`: V8 puts
 * type and message in front of the first frame.
 */
function describeStack(stack: string): LogError {
  const firstFrame = stack.slice(0, MAX_HEAD).search(/\n[ \t]+at /);
  const head = firstFrame === -1 ? undefined : stack.slice(0, firstFrame);
  const named = head === undefined ? null : /^([A-Za-z_$][\w$.]{0,99})(?: \[\w{1,99}\])?(?:: |$)/.exec(head);
  if (named === null || head === undefined) return { stack };
  return { type: named[1], message: head.slice(named[0].length), stack };
}

/**
 * What a call says went wrong. A stack text beside an error adds to it: by Nest's rules it can be any text, which
 * must not be lost.
 */
export function describeFailure(error: Error | undefined, stack: string | undefined): LogError | undefined {
  if (error === undefined) return stack === undefined ? undefined : describeStack(stack);
  const described = describeError(error);
  if (stack === undefined || stack === described.stack) return described;
  return { ...described, stack: described.stack === undefined ? stack : `${described.stack}\n${stack}` };
}
