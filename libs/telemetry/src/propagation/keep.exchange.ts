import { randomBytes } from 'node:crypto';
import { KeepNotices } from './keep.notices.js';

/** Of a request, by a service with tail sampling: `?` if it may yet need this trace, and ids of others that it does need. */
export const KEEP_REQUEST_HEADER = 'trace-keep';
/** Of its answer: `kept`, `open` or `none`, and the instance that says so. */
export const KEEP_RESPONSE_HEADER = 'trace-kept';

/** What services ask of each other's tail sampling. */
export interface TailSampling {
  /** Keeps a trace because another service does. */
  keep(traceId: string, reason: 'downstream' | 'caller'): void;
  /** Whether it will be kept for what happened in it; `isFailed`: its root is about to end with an error. */
  promises(traceId: string, isFailed: boolean): boolean;
  /** Whether it is recorded, and not known whether it will be kept. */
  isUndecided(traceId: string): boolean;
}

/** What was asked along with a request. */
export interface KeepQuestion {
  readonly header: string;
  readonly host: string;
  readonly traceId: string;
  readonly told: readonly string[];
}

const MAX_RECEIVED = 32;
const TRACE_ID = /^[0-9a-f]{32}$/;
const ANSWER = /^(kept|open|none);([0-9a-f]{16})$/;

/**
 * What services with tail sampling tell each other, so that a trace that is kept in one of them is kept in all: who answers
 * says that something happened; who called says so later, along with another request. Silent without tail sampling.
 */
class KeepExchange {
  readonly #instance = randomBytes(8).toString('hex');
  #tail: TailSampling | undefined;
  #notices = new KeepNotices(0, () => 0);

  /** Whether there is anything to say. */
  get isActive(): boolean {
    return this.#tail !== undefined;
  }

  /** @param holdMillis - how long callees are taken to wait */
  serve(tail: TailSampling, holdMillis: number): void {
    this.#tail = tail;
    this.#notices = new KeepNotices(holdMillis, () => performance.now());
  }

  withdraw(tail: TailSampling): void {
    if (this.#tail === tail) this.#tail = undefined;
  }

  settled(traceId: string, isKept: boolean): void {
    this.#notices.settled(traceId, isKept);
  }

  /** What to send along with a request that is part of a trace. */
  ask(host: string, traceId: string): KeepQuestion | undefined {
    if (this.#tail === undefined) return undefined;
    const told = this.#notices.take(host);
    const isOpen = this.#tail.isUndecided(traceId);
    if (!isOpen && told.length === 0) return undefined;
    return { header: (isOpen ? ['?', ...told] : told).join(','), host, traceId, told };
  }

  /** The answer to a request that something was asked with. */
  answered({ host, traceId, told }: KeepQuestion, answer: string | undefined): void {
    const [, decision, instance] = ANSWER.exec(answer ?? '') ?? [];
    if (decision === undefined || instance === undefined) return;
    if (told.length > 0) this.#notices.delivered(host, told, instance);
    if (decision === 'kept') this.#tail?.keep(traceId, 'downstream');
    else if (decision === 'open') this.#notices.isHeld(traceId, host, instance);
  }

  /** To be called when a root is about to end, so that what is measured of it can refer to a trace that is kept. */
  ends(traceId: string, isFailed: boolean): void {
    this.#tail?.promises(traceId, isFailed);
  }

  /** What came with a request; true if its sender may say later that it needs the trace. */
  received(header: string): boolean {
    const [first, ...others] = header.slice(0, MAX_RECEIVED * 34).split(',');
    const isOpen = first === '?';
    for (const id of isOpen || first === undefined ? others : [first, ...others]) {
      if (TRACE_ID.test(id)) this.#tail?.keep(id, 'caller');
    }
    return isOpen;
  }

  /** What to say when the request is answered. */
  answer(traceId: string, isFailed: boolean): string {
    const tail = this.#tail;
    if (tail?.promises(traceId, isFailed) === true) return `kept;${this.#instance}`;
    return `${tail?.isUndecided(traceId) === true ? 'open' : 'none'};${this.#instance}`;
  }
}

/** The one of this process. */
export const keepExchange = new KeepExchange();
