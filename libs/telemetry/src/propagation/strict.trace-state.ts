import type { TraceState } from '@opentelemetry/api';

/** One member of the list: key and value. */
export type TraceStateMember = readonly [key: string, value: string];

export const MAX_MEMBERS = 32;
/** What the specification asks everybody to pass on at least, and what is passed on here. */
const MAX_LENGTH = 512;
/** Members longer than this are the first to go when the list is too long (Trace Context, 3.3.1.5). */
const LONG_MEMBER = 128;

const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Whether a key and a value may be in a list (Trace Context level 2, which lets `@` be anywhere but first). */
export function isMember(key: string, value: string): boolean {
  return KEY.test(key) && VALUE.test(value);
}

/**
 * A `tracestate`, immutable as the API wants it. It also carries the random flag of the trace: a tracer makes the flags of
 * a new span from its sampling decision alone, but hands the state of the parent on to every descendant.
 */
export class StrictTraceState implements TraceState {
  readonly isRandomTrace: boolean;
  readonly #members: readonly TraceStateMember[];

  /** The members must be valid and have different keys. */
  constructor(members: readonly TraceStateMember[], isRandomTrace: boolean) {
    this.#members = fitted(members);
    this.isRandomTrace = isRandomTrace;
  }

  /** The changed member comes first; the last one goes when there are too many. An invalid member changes nothing. */
  set(key: string, value: string): StrictTraceState {
    if (!isMember(key, value)) return this;
    const others = this.#members.filter(([other]) => other !== key);
    return new StrictTraceState([[key, value] as const, ...others].slice(0, MAX_MEMBERS), this.isRandomTrace);
  }

  unset(key: string): StrictTraceState {
    return new StrictTraceState(
      this.#members.filter(([other]) => other !== key),
      this.isRandomTrace,
    );
  }

  get(key: string): string | undefined {
    return this.#members.find(([candidate]) => candidate === key)?.[1];
  }

  serialize(): string {
    return this.#members.map(([key, value]) => `${key}=${value}`).join(',');
  }
}

/** Only whole members are left out: long ones first, then from the end. */
function fitted(members: readonly TraceStateMember[]): readonly TraceStateMember[] {
  let length = members.reduce((sum, member) => sum + lengthOf(member), members.length - 1);
  if (length <= MAX_LENGTH) return members;
  const kept = [...members];
  for (const isCandidate of [(member: TraceStateMember) => lengthOf(member) > LONG_MEMBER, () => true]) {
    for (let at = kept.length - 1; at >= 0 && length > MAX_LENGTH; at--) {
      const member = kept[at];
      if (member === undefined || !isCandidate(member)) continue;
      kept.splice(at, 1);
      length -= lengthOf(member) + 1;
    }
  }
  return kept;
}

function lengthOf([key, value]: TraceStateMember): number {
  return key.length + 1 + value.length;
}
