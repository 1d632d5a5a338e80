import { guarded } from '../telemetry.warnings.js';

/** An `HttpException` below 500 is the caller's mistake. Recognised by its method, so that two copies of Nest do no harm. */
export function isServerError(error: unknown): boolean {
  const status = (error as { getStatus?: () => unknown } | null | undefined)?.getStatus;
  if (typeof status !== 'function') return true;
  const code = guarded('getStatus() of an exception', () => status.call(error), 500);
  return typeof code !== 'number' || code >= 500;
}

/** Codes of GraphQL servers for what the client did wrong, or may not do. */
const CLIENT_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
]);

/** The same for GraphQL, whose errors say by a code (Apollo) or a status (Mercurius) whose fault they are. */
export function isGraphqlServerError(error: unknown): boolean {
  return guarded(
    'The code of a GraphQL error',
    () => {
      const { extensions, statusCode } = Object(error) as {
        extensions?: { readonly code?: unknown } | null;
        statusCode?: unknown;
      };
      if (CLIENT_CODES.has(extensions?.code)) return false;
      if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return false;
      return isServerError(error);
    },
    true,
  );
}

/** A `WsException` is what a gateway answers with on purpose. Recognised by its method, as `WsException` is an optional peer's. */
export function isGatewayError(error: unknown): boolean {
  const getError = (error as { getError?: unknown } | null | undefined)?.getError;
  return typeof getError !== 'function' && isServerError(error);
}
