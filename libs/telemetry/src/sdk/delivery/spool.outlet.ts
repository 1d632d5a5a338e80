import { encodeResource, encodeScope, type Signal } from '@nest-telemetry/otlp';
import type { Spool, SpoolStream } from '@nest-telemetry/spool';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';

/** The spool as one signal sees it: a stream for each instrumentation scope, once the resource is known. */
export class SpoolOutlet {
  /** Resolves when there are streams. */
  readonly ready: Promise<void>;
  readonly #spool: Spool;
  readonly #signal: Signal;
  readonly #streams = new Map<InstrumentationScope, SpoolStream>();
  /** The resource as it is written; undefined while attributes of it are being found out. */
  #resource: Uint8Array | undefined;
  // Nearly every record is of the same scope.
  #lastScope: InstrumentationScope | undefined;
  #lastStream: SpoolStream | undefined;

  constructor(spool: Spool, signal: Signal, resource: Resource) {
    this.#spool = spool;
    this.#signal = signal;
    if (resource.asyncAttributesPending !== true) this.#resource = encodeResource(resource);
    this.ready = this.#resource === undefined ? this.#settle(resource) : Promise.resolve();
  }

  /** Whether the records of one turn of the event loop are better handed over together. */
  get isBusy(): boolean {
    return this.#spool.isBusy;
  }

  /** The stream of a scope; undefined before {@link ready}. */
  stream(scope: InstrumentationScope): SpoolStream | undefined {
    if (scope === this.#lastScope) return this.#lastStream;
    if (this.#resource === undefined) return undefined;
    let stream = this.#streams.get(scope);
    if (stream === undefined) {
      stream = this.#spool.stream({
        signal: this.#signal,
        resource: this.#resource,
        scope: encodeScope(scope),
      });
      this.#streams.set(scope, stream);
    }
    this.#lastScope = scope;
    this.#lastStream = stream;
    return stream;
  }

  async #settle(resource: Resource): Promise<void> {
    try {
      await resource.waitForAsyncAttributes?.();
    } catch {
      // A detector failed: records go without its attributes.
    }
    this.#resource = encodeResource(resource);
  }
}
