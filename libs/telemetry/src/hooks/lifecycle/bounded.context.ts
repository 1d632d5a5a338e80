import type { Context } from '@opentelemetry/api';

/** Whether the work a context was made for is through. */
export interface Term {
  isOver: boolean;
}

/**
 * A context that is one while some work lasts and another one afterwards. Lifecycle hooks start what outlives them by
 * hours: pools, timers, consumers. What these do later is no part of the start of the application, whose trace would
 * otherwise never stop growing (docs/adr/0009).
 */
export class BoundedContext implements Context {
  constructor(
    private readonly during: Context,
    private readonly afterwards: Context,
    private readonly term: Term,
  ) {}

  getValue(key: symbol): unknown {
    return this.#current.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    const { during, afterwards, term } = this;
    return new BoundedContext(during.setValue(key, value), afterwards.setValue(key, value), term);
  }

  deleteValue(key: symbol): Context {
    const { during, afterwards, term } = this;
    return new BoundedContext(during.deleteValue(key), afterwards.deleteValue(key), term);
  }

  get #current(): Context {
    return this.term.isOver ? this.afterwards : this.during;
  }
}
