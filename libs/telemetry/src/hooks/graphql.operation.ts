import {
  context,
  INVALID_SPAN_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { types } from 'node:util';
import type { ResolvedGraphqlOptions, ResolvedOptions } from '../config/resolved-options.js';
import { METRICS } from '../metrics/catalog.js';
import { histogramFor } from '../metrics/instruments.js';
import {
  ERROR_TYPE,
  GRAPHQL_DOCUMENT,
  GRAPHQL_OPERATION_TYPE,
  GRAPHQL_RESOLVERS_UNTRACED,
} from '../semconv.js';
import { guarded } from '../telemetry.warnings.js';
import { graphqlSpan, type FewNames, type GraphqlPath } from '../tracing/conventions/graphql.conventions.js';
import type { GraphqlDocument, GraphqlDocuments } from '../tracing/conventions/graphql.document.js';
import { currentTracer } from '../tracing/tracer.js';
import { graphqlErrorType, isRefusal, isUnparsable, recordGraphqlErrors } from './graphql.errors.js';

/** What is known of an operation before it is executed. */
export interface GraphqlRequest {
  readonly query?: string | undefined;
  readonly operationName?: string | null | undefined;
}

/** What graphql-js tells of the operation when it calls a resolver. */
interface ParsedOperation {
  readonly operation: string;
  readonly name?: { readonly value: string } | undefined;
}

/** What graphql-js hands to a resolver as its last argument, as far as it is read here. */
export interface ResolveInfo {
  readonly operation?: ParsedOperation;
  readonly path?: GraphqlPath;
}

/** What every operation of one GraphQLModule needs. */
export interface GraphqlSettings {
  readonly options: ResolvedGraphqlOptions;
  readonly names: FewNames;
  readonly documents: GraphqlDocuments;
  /** Whether a WebSocket continues the trace it comes with. */
  readonly inbound: ResolvedOptions['propagation']['inbound'];
}

/** Where the span of an operation belongs. */
interface OperationPlace {
  readonly kind: SpanKind;
  readonly parent: Context;
  readonly links?: Link[];
  /** Nobody tells the errors of an event when it is over, so they are taken from the resolvers. */
  readonly collectsErrors?: boolean;
}

/** Spans of resolvers for one place in the answer, and for all of it. */
const MAX_PER_PATH = 10;
const MAX_PER_OPERATION = 200;

/** One operation from when the server takes it up to its answer: the only place that writes to its span. */
export class GraphqlOperation {
  readonly context: Context;
  readonly #span: Span;
  readonly #startedAt = performance.now();
  readonly #document: GraphqlDocument | undefined;
  readonly #traced = new Map<string, number>();
  #resolvers = 0;
  #untraced = 0;
  #parsed: ParsedOperation | undefined;
  #ended = false;
  readonly #collected: unknown[] | undefined;

  constructor(
    { query, operationName }: GraphqlRequest,
    readonly settings: GraphqlSettings,
    { kind, parent, links = [], collectsErrors = false }: OperationPlace,
  ) {
    this.#collected = collectsErrors ? [] : undefined;
    this.#document =
      query === undefined ? undefined : settings.documents.read(query, operationName ?? undefined);
    const { name, low } = graphqlSpan(this.#document?.type, undefined, false);
    this.#span = guarded(
      'A sampler or span processor',
      () => currentTracer().startSpan(name, { kind, attributes: low, links }, parent),
      trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    );
    this.context = trace.setSpan(parent, this.#span);
  }

  /** Runs a part of the operation. The first resolver knows which operation it is, also of a persisted query. */
  run<T>(parsed: ParsedOperation | undefined, work: () => T): T {
    this.#parsed ??= parsed;
    const result = context.with(this.context, work);
    if (this.#collected === undefined || !types.isPromise(result)) return result;
    return result.then(undefined, (error: unknown) => {
      this.#collected?.push(error);
      throw error;
    }) as T;
  }

  /** Whether the resolver of a field may have a span: a list of a thousand users must not make a thousand. */
  admits(path: string): boolean {
    const before = this.#traced.get(path) ?? 0;
    if (before >= MAX_PER_PATH || this.#resolvers >= MAX_PER_OPERATION) {
      this.#untraced += 1;
      return false;
    }
    this.#traced.set(path, before + 1);
    this.#resolvers += 1;
    return true;
  }

  /** The answer is there. It is sent with status 200 also when it holds errors. */
  end(errors: readonly unknown[] = this.#collected ?? []): void {
    if (this.#ended) return;
    this.#ended = true;
    guarded('GraphQL hook', () => this.#measure(errors), undefined);
    if (!this.#span.isRecording()) return;
    guarded('GraphQL hook', () => this.#finish(errors), undefined);
    guarded('A sampler or span processor', () => this.#span.end(), undefined);
  }

  /** By what the server knows; the name of an operation is what a client made up. */
  #measure(errors: readonly unknown[]): void {
    const attributes: Attributes = {};
    const type = this.#type;
    if (type !== undefined) attributes[GRAPHQL_OPERATION_TYPE] = type;
    const error = graphqlErrorType(errors, this.settings.options.isError);
    if (error !== undefined) attributes[ERROR_TYPE] = error;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    histogramFor(METRICS.graphqlOperationDuration).record(seconds, attributes, this.context);
  }

  get #type(): string | undefined {
    return this.#parsed?.operation ?? this.#document?.type;
  }

  #finish(errors: readonly unknown[]): void {
    const refused = this.#parsed === undefined && errors.some((error) => isRefusal(error));
    const type = this.#type;
    const operation = this.#parsed ? this.#parsed.name?.value : this.#document?.name;
    // What was refused says nothing about the application, and its name may be anything.
    const named = !refused && operation !== undefined && this.settings.names.admits(operation);
    const { name, low, high } = graphqlSpan(type, operation, named);
    this.#span.updateName(name);
    this.#span.setAttributes({ ...low, ...high });
    if (this.settings.options.document && this.#document && !errors.some((error) => isUnparsable(error))) {
      this.#span.setAttribute(GRAPHQL_DOCUMENT, this.#document.text);
    }
    if (this.#untraced > 0) this.#span.setAttribute(GRAPHQL_RESOLVERS_UNTRACED, this.#untraced);
    recordGraphqlErrors(this.#span, errors, this.settings.options.isError);
  }
}

/** Made when it is first asked for: not every event of a subscription has work to show. */
type Making = () => GraphqlOperation;

const operations = new WeakMap<object, Making>();

/** The operation that resolvers with this GraphQL context belong to. */
export function operationOf(graphqlContext: unknown): GraphqlOperation | undefined {
  return isObject(graphqlContext) ? operations.get(graphqlContext)?.() : undefined;
}

/** Says which operation a GraphQL context belongs to. */
export function rememberOperation(graphqlContext: unknown, operation: Making): void {
  if (isObject(graphqlContext)) operations.set(graphqlContext, operation);
}

/** Says that the work of a GraphQL context is over. */
export function forgetOperation(graphqlContext: unknown): void {
  if (isObject(graphqlContext)) operations.delete(graphqlContext);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
