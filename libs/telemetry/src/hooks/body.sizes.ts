import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Node keeps of a response of HTTP/1, and that of HTTP/2 has not. */
interface OutgoingDetails {
  /** Of the header, or of the one chunk a body without it consisted of. */
  readonly _contentLength?: number | null;
  /** False for HEAD and for codes that have no body, whatever the header says. */
  readonly _hasBody?: boolean;
}

/**
 * Bytes of the body as they come over the network. Only a declared length is known without counting chunks, which would
 * cost every request something; `undefined` without one.
 */
export function requestBodySize(request: IncomingMessage): number | undefined {
  return parsed(request.headers['content-length']);
}

/** Bytes of the body as they were sent; `undefined` where there is none, or its length was not declared. */
export function responseBodySize(response: ServerResponse): number | undefined {
  const { _contentLength: length, _hasBody: hasBody } = response as ServerResponse & OutgoingDetails;
  if (hasBody === false || !response.headersSent) return undefined;
  return typeof length === 'number' ? length : parsed(response.getHeader('content-length'));
}

function parsed(header: number | string | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const length = Number(header);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}
