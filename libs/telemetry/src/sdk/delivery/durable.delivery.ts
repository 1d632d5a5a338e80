import type { Signal } from '@nest-telemetry/otlp';
import { type CloseOptions, Spool, type SpoolOptions, type SpoolStats } from '@nest-telemetry/spool';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { warn } from '../../telemetry.warnings.js';
import type { Delivery } from './delivery.js';
import { SpoolOutlet } from './spool.outlet.js';
import { reportSpoolEvent } from './spool.warnings.js';

/** Keeps telemetry on disk until it is delivered (docs/adr/0013). */
export class DurableDelivery implements Delivery {
  readonly #spool: Spool;
  readonly #directory: string;
  readonly #more: string;
  readonly #outlets = new Map<Signal, SpoolOutlet>();

  /** @param more - what else there is to say of how signals are delivered */
  constructor(options: SpoolOptions, resource: Resource, more = '') {
    this.#directory = options.directory;
    this.#more = more;
    this.#spool = new Spool(
      { ...options, isolate: (work) => context.with(suppressTracing(context.active()), work) },
      reportSpoolEvent,
    );
    for (const signal of Object.keys(options.destinations) as Signal[])
      this.#outlets.set(signal, new SpoolOutlet(this.#spool, signal, resource));
  }

  get description(): string {
    const isOnDisk = this.#spool.stats().state === 'disk';
    const where = isOnDisk ? 'durable in' : 'memory until this directory can be used:';
    return `${where} ${this.#directory}${this.#more}`;
  }

  outlet(signal: Signal): SpoolOutlet | undefined {
    return this.#outlets.get(signal);
  }

  stats(): SpoolStats {
    return this.#spool.stats();
  }

  async deliver(options: CloseOptions): Promise<void> {
    await this.#spool.deliver(options);
  }

  async close(options: CloseOptions): Promise<void> {
    await this.#spool.close(options);
    const { waiting } = this.#spool.stats();
    if (waiting > 0) warn('NT_DELIVERY_LEFT', { count: waiting, directory: this.#directory });
  }
}
