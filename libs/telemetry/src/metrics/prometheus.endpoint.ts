import type { AbstractHttpAdapter } from '@nestjs/core';
import { mountPrometheusRoute } from './prometheus.route.js';
import { PrometheusScrape, type PrometheusSource } from './prometheus.scrape.js';
import { PrometheusServer, type ServerAddress } from './prometheus.server.js';

/** Where and from what the page is served. */
export interface PrometheusEndpointOptions {
  /** Path of the page, e.g. `/metrics`. */
  readonly path: string;
  readonly source: PrometheusSource;
}

/**
 * The Prometheus page. Mounted on the application's adapter below Nest's router, it is past global guards, pipes,
 * interceptors, prefix and versioning; or it listens on a port of its own.
 */
export class PrometheusEndpoint {
  readonly path: string;
  readonly #scrape: PrometheusScrape;
  readonly #mounted = new WeakSet<AbstractHttpAdapter>();
  #server: PrometheusServer | undefined;
  #isOpen = false;

  constructor({ path, source }: PrometheusEndpointOptions) {
    this.path = path.startsWith('/') ? path : `/${path}`;
    this.#scrape = PrometheusScrape.of(source);
  }

  /**
   * Serves the page on the application's own port. To be called before Nest registers its routes, e.g. in the
   * module's `configure()`: a catch-all route of the application would hide it otherwise.
   */
  mount(adapter: AbstractHttpAdapter): void {
    if (this.#mounted.has(adapter)) return;
    this.#mounted.add(adapter);
    mountPrometheusRoute(adapter, this.path, this.#scrape);
  }

  /**
   * Serves the page on its own port; resolves with the address that was bound.
   * @throws TelemetryError `NT_METRICS_PORT_IN_USE`, `NT_METRICS_PORT_UNAVAILABLE`
   */
  async listen(address: ServerAddress): Promise<ServerAddress> {
    if (this.#server !== undefined) throw new Error('The metrics endpoint already listens.');
    const server = new PrometheusServer(this.#scrape, this.path);
    const bound = await server.listen(address);
    this.#server = server;
    return bound;
  }

  /** Lets other processes that serve the same port ask for this one's metrics. Never rejects. */
  async open(): Promise<void> {
    this.#isOpen = true;
    await this.#scrape.open();
  }

  /** Frees the own port, at the latest after the deadline. A mounted page ends with the application. */
  async close(deadlineMillis: number): Promise<void> {
    if (this.#isOpen) await this.#scrape.close();
    this.#isOpen = false;
    await this.#server?.close(deadlineMillis);
    this.#server = undefined;
  }
}
