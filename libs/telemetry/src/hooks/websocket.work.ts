import {
  context,
  createContextKey,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
} from '@opentelemetry/api';
import type { ResolvedWebsocketsOptions } from '../config/resolved-options.js';
import { METRICS } from '../metrics/catalog.js';
import { histogramFor } from '../metrics/instruments.js';
import { CODE_FUNCTION_NAME, ERROR_TYPE, NESTJS_CALLBACK, NESTJS_CONTROLLER } from '../semconv.js';
import type { WebsocketSpan } from '../tracing/conventions/websocket.conventions.js';
import { errorType } from '../tracing/error-recording.js';
import { runInSpan } from '../tracing/run-in-span.js';
import { measured } from './measured.attributes.js';
import { recordRequestError } from './request-error.js';

const WORK_KEY = createContextKey('nest-telemetry websocket work');

/** What the gateway is doing in this context. */
export function activeWebsocketWork(): WebsocketWork | undefined {
  return context.active().getValue(WORK_KEY) as WebsocketWork | undefined;
}

/** What the span of a piece of work is started with. */
export interface WebsocketWorkOptions {
  readonly kind: SpanKind;
  readonly parent: Context;
  readonly links: Link[];
  readonly high?: () => Attributes | undefined;
  /** Whether its duration is that of a message. */
  readonly isMessage?: boolean;
}

/**
 * A message, or a client that comes or goes, in its span. Nest hands errors to its filters and nobody else, so they are
 * told here by who sees them first.
 */
export class WebsocketWork {
  readonly #joined: Promise<unknown>[] = [];
  #span: Span | undefined;
  #failure: { readonly error: unknown } | undefined;
  #errorType: string | undefined;
  #handled = false;

  constructor(
    private readonly conventions: WebsocketSpan,
    private readonly options: WebsocketWorkOptions,
    private readonly settings: ResolvedWebsocketsOptions,
  ) {}

  get isMessage(): boolean {
    return this.options.isMessage === true;
  }

  /** Runs the work; the span ends with what it returned: a promise, an Observable of several answers. */
  run<T>(work: () => T): T {
    const { name, low } = this.conventions;
    const { kind, parent, links, high } = this.options;
    const startedAt = performance.now();
    return runInSpan(
      name,
      {
        kind,
        links,
        attributes: low,
        parent: parent.setValue(WORK_KEY, this),
        ...(high !== undefined && { lazyAttributes: high }),
        recordFailure: (_span, error) => this.failed(error),
        onEnd: ({ context: ended, failure }) => {
          // A span that is not recorded gets no failure recorded.
          if (failure !== undefined) this.failed(failure.error);
          if (this.isMessage) this.#measure((performance.now() - startedAt) / 1000, ended);
        },
      },
      (span) => {
        this.#span = span;
        return work();
      },
    );
  }

  /** Runs work whose caller does not wait for its promises; the span does. */
  runJoining(work: () => void): void {
    void this.run(() => {
      work();
      return this.#joined.length === 0 ? undefined : Promise.all(this.#joined);
    });
  }

  /** Makes the span wait for a method of a gateway that Nest calls without waiting. */
  join(promise: Promise<unknown>): void {
    this.#joined.push(
      promise.then(
        () => undefined,
        (error: unknown) => this.failed(error),
      ),
    );
  }

  /** A method of a gateway was chosen. */
  handledBy(gateway: string, method: string): void {
    if (this.#handled) return;
    this.#handled = true;
    this.#span?.setAttributes({
      [NESTJS_CONTROLLER]: gateway,
      [NESTJS_CALLBACK]: method,
      [CODE_FUNCTION_NAME]: `${gateway}.${method}`,
    });
  }

  /** An error is on its way to the filters. The same error may be seen in several places. */
  failed(error: unknown): void {
    if (this.#failure !== undefined && this.#failure.error === error) return;
    this.#failure = { error };
    const isError = this.settings.isError(error);
    this.#errorType = isError ? errorType(error) : undefined;
    if (this.#span !== undefined) recordRequestError(this.#span, error, isError);
  }

  #measure(seconds: number, ended: Context): void {
    const row = METRICS.messagingProcessDuration;
    const { low } = this.conventions;
    const attributes = this.#errorType === undefined ? low : { ...low, [ERROR_TYPE]: this.#errorType };
    histogramFor(row).record(seconds, measured(row, attributes), ended);
  }
}
