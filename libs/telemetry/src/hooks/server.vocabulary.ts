import type { Attributes } from '@opentelemetry/api';
import { HTTP_ROUTE } from '../semconv.js';
import { sharedAttributes } from '../shared.attributes.js';
import type { BoundCounter, BoundHistogram } from '../metrics/bound.instruments.js';
import { METRICS } from '../metrics/catalog.js';
import { boundHistogramFor, boundUpDownCounterFor } from '../metrics/instruments.js';
import {
  httpServerLow,
  httpServerResponse,
  httpServerSpanName,
  type HttpServerRequest,
} from '../tracing/conventions/http.conventions.js';
import { measured } from './measured.attributes.js';

/** What is said of a request when it has been answered, in the trace and in the metric. */
export interface ServerOutcome {
  /** For the span, which knows its route already. */
  readonly attributes: Attributes;
  readonly duration: BoundHistogram;
  readonly requestSize: BoundHistogram;
  readonly responseSize: BoundHistogram;
}

/** Distinct values that are remembered of one kind; what comes beyond them is made anew. */
const REMEMBERED = 1000;

/**
 * What requests have in common is the same few objects over and over: made once, they need not be built, compared and
 * collected for each of them. Everything in here has few distinct values, and what has not is not remembered.
 */
export class ServerVocabulary {
  readonly #low = new Map<string, Attributes>();
  readonly #routes = new Map<string, Attributes>();
  readonly #active = new Map<Attributes, BoundCounter>();
  readonly #names = new Map<string, Map<string, string>>();
  readonly #outcomes = new Map<Attributes, Map<string | undefined, Map<number | undefined, ServerOutcome>>>();

  constructor(readonly knownMethods: ReadonlySet<string>) {}

  /** The attributes a request starts with. Not to be changed. */
  low({ method, scheme, protocolVersion }: HttpServerRequest): Attributes {
    const known = this.knownMethods.has(method) ? method : '';
    return remembered(this.#low, `${known} ${scheme} ${protocolVersion}`, () =>
      sharedAttributes(httpServerLow(method, scheme, protocolVersion, this.knownMethods)),
    );
  }

  /** The route as an attribute. */
  route(template: string): Attributes {
    return remembered(this.#routes, template, () => sharedAttributes({ [HTTP_ROUTE]: template }));
  }

  /** Counts requests that are being served; `low` is what {@link low} gave. */
  active(low: Attributes): BoundCounter {
    return remembered(this.#active, low, () =>
      boundUpDownCounterFor(
        METRICS.httpServerActiveRequests,
        measured(METRICS.httpServerActiveRequests, low),
      ),
    );
  }

  /** `GET /users/:id`. */
  name(method: string, route: string): string {
    const known = this.knownMethods.has(method) ? method : '';
    const names = remembered(this.#names, route, () => new Map<string, string>());
    return remembered(names, known, () => httpServerSpanName(method, route, this.knownMethods));
  }

  /** What an answer comes to; `low` is what {@link low} gave. */
  outcome(
    low: Attributes,
    route: string | undefined,
    statusCode: number | undefined,
    errorType: string | undefined,
  ): ServerOutcome {
    const make = (): ServerOutcome => {
      const all = { ...low, ...httpServerResponse({ statusCode, route, errorType }) };
      return {
        attributes: sharedAttributes(httpServerResponse({ statusCode, route: undefined, errorType })),
        duration: boundHistogramFor(METRICS.httpServerRequestDuration, all),
        requestSize: boundHistogramFor(METRICS.httpServerRequestBodySize, all),
        responseSize: boundHistogramFor(METRICS.httpServerResponseBodySize, all),
      };
    };
    if (errorType !== undefined) return make();
    const routes = remembered(this.#outcomes, low, () => new Map());
    const codes = remembered(routes, route, () => new Map<number | undefined, ServerOutcome>());
    return remembered(codes, statusCode, make);
  }
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  if (known.size < REMEMBERED) known.set(key, made);
  return made;
}
