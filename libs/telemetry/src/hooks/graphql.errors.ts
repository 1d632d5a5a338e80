import type { Span } from '@opentelemetry/api';
import { ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_TYPE } from '../semconv.js';
import { errorType } from '../tracing/error-recording.js';
import { recordRequestError } from './request-error.js';

/** What is read of an error in a GraphQL answer, whichever copy of graphql-js made it. */
interface GraphqlError {
  readonly message?: unknown;
  readonly originalError?: unknown;
  readonly extensions?: { readonly code?: unknown } | null;
}

/** One answer may hold an error for every item of a list. */
const MAX_RECORDED = 8;
const MAX_LOOKED_AT = 100;
/** Codes for a document that was never executed. */
const REFUSED: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'MER_ERR_GQL_VALIDATION',
]);

/** Whether the server refused to execute the document. */
export function isRefusal(error: unknown): boolean {
  return REFUSED.has(codeOf(error));
}

/** Whether the document is no GraphQL at all, so that nothing in it is known to be harmless. */
export function isUnparsable(error: unknown): boolean {
  return codeOf(error) === 'GRAPHQL_PARSE_FAILED';
}

/** Puts the errors of an answer on the span of the operation. */
export function recordGraphqlErrors(
  span: Span,
  errors: readonly unknown[],
  isError: (error: unknown) => boolean,
): void {
  const causes = errors.slice(0, MAX_LOOKED_AT).map((error) => causeOf(error));
  const faults = causes.filter((cause) => isError(cause));
  const refusals = causes.filter((cause) => !faults.includes(cause));
  for (const cause of refusals.slice(0, MAX_RECORDED)) recordClientFault(span, cause);
  // The last one recorded decides about status and `error.type`: that is the first fault, if there is one.
  for (const cause of faults.slice(0, MAX_RECORDED).toReversed()) recordRequestError(span, cause, true);
}

/**
 * What went wrong with an operation, in few distinct values: the first fault, or else what the last refusal is called,
 * as {@link recordGraphqlErrors} leaves it on the span.
 */
export function graphqlErrorType(
  errors: readonly unknown[],
  isError: (error: unknown) => boolean,
): string | undefined {
  if (errors.length === 0) return undefined;
  const causes = errors.slice(0, MAX_LOOKED_AT).map((error) => causeOf(error));
  const fault = causes.find((cause) => isError(cause));
  if (fault !== undefined) return errorType(fault);
  const refusal = causes.slice(0, MAX_RECORDED).at(-1);
  return codeOfRefusal(refusal) ?? errorType(refusal);
}

/** What GraphQL calls it, unless it was thrown by the application. */
function codeOfRefusal(error: unknown): string | undefined {
  const code = codeOf(error);
  return typeof code === 'string' && !isThrown(error) ? code : undefined;
}

/** The error a resolver threw, or the one GraphQL made itself. */
function causeOf(error: unknown): unknown {
  let cause = error;
  for (let depth = 0; depth < 8; depth += 1) {
    const inner = (cause as GraphqlError | null | undefined)?.originalError;
    if (inner === undefined || inner === null) return cause;
    // A code given on the way out says more than what was thrown first.
    if (codeOf(cause) !== undefined && codeOf(inner) === undefined && !isThrown(inner)) return cause;
    cause = inner;
  }
  return cause;
}

/** Errors of GraphQL have extensions, if only empty ones; what an application throws has none. */
function isThrown(error: unknown): boolean {
  return !('extensions' in Object(error));
}

function recordClientFault(span: Span, error: unknown): void {
  const code = codeOfRefusal(error);
  if (code === undefined) {
    recordRequestError(span, error, false);
    return;
  }
  span.setAttribute(ERROR_TYPE, code);
  const { message } = error as GraphqlError;
  span.addEvent('exception', {
    [EXCEPTION_TYPE]: errorType(error),
    [EXCEPTION_MESSAGE]: typeof message === 'string' ? withoutValues(message) : '',
  });
}

/** GraphQL quotes the literals and variables it does not like, and these may be secrets. */
function withoutValues(message: string): string {
  return message
    .slice(0, 1024)
    .replace(/\b(invalid value|found|value:) [\s\S]*$/, '$1 ?')
    .replace(/^Value "[\s\S]*" does not exist/, 'Value ? does not exist');
}

function codeOf(error: unknown): unknown {
  const { extensions, code } = Object(error) as { extensions?: { code?: unknown } | null; code?: unknown };
  return extensions?.code ?? code;
}
