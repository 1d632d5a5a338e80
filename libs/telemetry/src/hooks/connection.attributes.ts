import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { sharedAttributes } from '../shared.attributes.js';
import { httpServerConnection, type HttpServerRequest } from '../tracing/conventions/http.conventions.js';

const KNOWN = Symbol('nest-telemetry.connection-attributes');

/** What the last request on a connection said of itself, and the attributes that made. */
interface Known {
  readonly host: string | undefined;
  readonly userAgent: string | undefined;
  readonly clientAddress: string | undefined;
  readonly attributes: Attributes;
}

interface Connection {
  [KNOWN]?: Known;
}

/**
 * Who asks, and whom: the requests of a connection that is kept open nearly always say the same, so they share the
 * attributes of the first one.
 */
export function connectionAttributes(raw: IncomingMessage, request: HttpServerRequest): Attributes {
  // A request that is made up for a test may have none.
  const connection = raw.socket as Connection | null | undefined;
  const known = connection?.[KNOWN];
  const { host, userAgent, clientAddress } = request;
  if (
    known !== undefined &&
    known.host === host &&
    known.userAgent === userAgent &&
    known.clientAddress === clientAddress
  ) {
    return known.attributes;
  }
  const attributes = sharedAttributes(httpServerConnection(request));
  if (connection) connection[KNOWN] = { host, userAgent, clientAddress, attributes };
  return attributes;
}
