import type { Observable } from 'rxjs';

/** The part of Nest's `Server` that is used here. `@nestjs/microservices` is optional, so it is known by shape only. */
export interface NestServer {
  /** Nest's number of a transport; symbols and names belong to strategies of the application. */
  readonly transportId?: unknown;
  readonly messageHandlers: ReadonlyMap<unknown, NestHandler>;
}

/** A handler as it is registered: with what the decorator said and the next handler of the same event. */
export interface NestHandler {
  (...args: unknown[]): unknown;
  readonly isEventHandler?: boolean;
}

/** The part of Nest's `ClientProxy` that is used here. */
export interface NestClient {
  send(pattern: unknown, data: unknown): Observable<unknown>;
  emit(pattern: unknown, data: unknown): Observable<unknown>;
  normalizePattern(pattern: unknown): string;
}

/** What a client hands to its transport, made anew for every message. */
export interface NestPacket {
  readonly pattern: unknown;
  readonly data: unknown;
  metadata?: Record<string, unknown>;
}

export function isServer(value: unknown): value is NestServer {
  return isObject(value) && value['messageHandlers'] instanceof Map;
}

/** Providers of any kind are asked, so nothing but their fields and methods is looked at. */
export function isClient(value: unknown): value is NestClient {
  return (
    isObject(value) &&
    Object.hasOwn(value, 'routingMap') &&
    ['send', 'emit', 'publish', 'dispatchEvent', 'normalizePattern'].every(
      (method) => typeof value[method] === 'function',
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
