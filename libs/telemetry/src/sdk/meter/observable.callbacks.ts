import type {
  Attributes,
  BatchObservableCallback,
  BatchObservableResult,
  Observable,
  ObservableCallback,
  ObservableResult,
} from '@opentelemetry/api';
import type { MetricStream } from './metric.stream.js';
import type { Series } from './series.js';

/** What one callback reported. */
export type Observations = {
  readonly stream: MetricStream;
  readonly series: Series;
  readonly value: number;
}[];

/** An instrument of ours; what else is called an observable belongs to another SDK. */
export interface ObservedInstrument extends Observable {
  /** Notes what a callback reported. Never throws. */
  note(value: unknown, attributes: Attributes | undefined, observations: Observations): void;
}

/** A callback, and what it is to be asked for. */
interface Registration {
  readonly callback: unknown;
  readonly observables: ReadonlySet<Observable>;
  readonly run: (observations: Observations, isOpen: () => boolean) => unknown;
  /** Whether it was called and has not come back. */
  isRunning: boolean;
}

/** What came of asking all callbacks. */
export interface Round {
  readonly number: number;
  readonly errors: unknown[];
}

/** A reader that sets no limit of its own must not wait for ever. */
const DEFAULT_DEADLINE_MILLIS = 5_000;

/** Asks the callbacks of all meters, none longer than the deadline. */
export class ObservableCallbacks {
  /** How many did not answer in time, and how many threw. */
  late = 0;
  failed = 0;
  readonly #registrations: Registration[] = [];
  #number = 0;
  #running: Promise<Round> | undefined;

  add(callback: ObservableCallback, observable: ObservedInstrument): void {
    this.#register(callback, new Set([observable]), (observations, isOpen) => {
      const result: ObservableResult = {
        observe: (value: number, attributes?: Attributes) => {
          if (isOpen()) observable.note(value, attributes, observations);
        },
      };
      return callback(result);
    });
  }

  remove(callback: ObservableCallback, observable: ObservedInstrument): void {
    this.#unregister(callback, new Set([observable]));
  }

  addBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    const own = new Set(observables.filter(isOurs));
    if (own.size === 0) return;
    this.#register(callback, own, (observations, isOpen) => {
      const result: BatchObservableResult = {
        observe: (observable: Observable, value: number, attributes?: Attributes) => {
          if (isOpen() && isOurs(observable) && own.has(observable))
            observable.note(value, attributes, observations);
        },
      };
      return callback(result);
    });
  }

  removeBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    this.#unregister(callback, new Set(observables));
  }

  /** Asks all of them once. Readers that collect at the same time share a round. Never rejects. */
  ask(deadlineMillis = DEFAULT_DEADLINE_MILLIS): Promise<Round> {
    this.#running ??= this.#ask(deadlineMillis).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #ask(deadlineMillis: number): Promise<Round> {
    const number = ++this.#number;
    const errors: unknown[] = [];
    const waiting = this.#registrations.flatMap((registration) => {
      const answer = this.#call(registration, number, errors);
      return answer === undefined ? [] : [answer];
    });
    if (waiting.length > 0) await within(deadlineMillis, waiting);
    return { number, errors };
  }

  /** Calls it; the promise is for one that takes its time, and resolves in any case. */
  #call(registration: Registration, round: number, errors: unknown[]): Pending | undefined {
    if (registration.isRunning) {
      // Asked again it would only pile up, and waited for again it would hold up every scrape.
      this.#tooLate(errors);
      return undefined;
    }
    const observations: Observations = [];
    let open = true;
    const commit = () => {
      for (const { stream, series, value } of observations) stream.observe(series, value, round);
    };
    const fail = (error: unknown) => {
      this.failed += 1;
      errors.push(error);
    };
    try {
      const answer = registration.run(observations, () => open);
      if (!isThenable(answer)) {
        open = false;
        commit();
        return undefined;
      }
      registration.isRunning = true;
      const done = Promise.resolve(answer)
        .then(
          () => {
            if (open) commit();
          },
          (error: unknown) => {
            if (open) fail(error);
          },
        )
        .finally(() => {
          registration.isRunning = false;
          open = false;
        });
      const giveUp = () => {
        if (!open) return;
        open = false;
        this.#tooLate(errors);
      };
      return { done, giveUp };
    } catch (error) {
      open = false;
      fail(error);
      return undefined;
    }
  }

  #tooLate(errors: unknown[]): void {
    this.late += 1;
    errors.push(new Error('A callback of an observable metric did not answer in time.'));
  }

  #register(callback: unknown, observables: ReadonlySet<Observable>, run: Registration['run']): void {
    if (typeof callback !== 'function' || this.#indexOf(callback, observables) >= 0) return;
    this.#registrations.push({ callback, observables, run, isRunning: false });
  }

  #unregister(callback: unknown, observables: ReadonlySet<Observable>): void {
    const index = this.#indexOf(callback, observables);
    if (index >= 0) this.#registrations.splice(index, 1);
  }

  #indexOf(callback: unknown, observables: ReadonlySet<Observable>): number {
    return this.#registrations.findIndex(
      (each) =>
        each.callback === callback &&
        each.observables.size === observables.size &&
        [...observables].every((observable) => each.observables.has(observable)),
    );
  }
}

/** A callback that has not answered yet. */
interface Pending {
  readonly done: Promise<void>;
  readonly giveUp: () => void;
}

async function within(milliseconds: number, waiting: readonly Pending[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    // Whoever waits for the round keeps the process alive, if anybody does.
    timer = setTimeout(resolve, milliseconds).unref();
  });
  await Promise.race([Promise.all(waiting.map(({ done }) => done)), deadline]);
  clearTimeout(timer);
  for (const { giveUp } of waiting) giveUp();
}

function isOurs(observable: Observable): observable is ObservedInstrument {
  return typeof (observable as Partial<ObservedInstrument> | null)?.note === 'function';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
