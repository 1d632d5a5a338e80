import type { ClientProvider, ClientProxy, MicroserviceOptions } from '@nestjs/microservices';

/** A message as a peer sees it that knows nothing of this library. */
export interface PlainMessage {
  /** What the application sent, and Nest's envelope around it, without what belongs to headers. */
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One transport for the contract of all: what Nest is configured with, and a plain peer on either side. */
export interface TransportUnderTest {
  readonly name: string;
  readonly system: string;
  readonly isBrokered: boolean;
  /** Bytes of the longest headers that its library lets through. */
  readonly longestHeaders: number;
  /** Why there is nothing to test against. */
  readonly missing: string | undefined;
  /** Begins a run; `scope` is a name that nobody else uses. */
  open(scope: string): Promise<TransportRun>;
}

/** What a run needs, and lets go of at its end. */
export interface TransportRun extends AsyncDisposable {
  readonly server: MicroserviceOptions;
  readonly client: ClientProvider;
  /** Another client, whose messages no Nest server takes but `listen` below. */
  readonly plainClient: ClientProvider;
  /** Patterns as they are allowed on this transport. */
  pattern(name: string): string;
  /** What has to be done before a client connects. */
  prepare?(client: ClientProxy, requests: readonly string[]): void;
  /** Emits an event as a plain peer. */
  publish(pattern: string, data: unknown, headers: Readonly<Record<string, unknown>>): Promise<void>;
  /** Waits for the one message of a pattern that `plainClient` sends, as a plain peer; `ready` when it listens. */
  listen(pattern: string): Promise<{ readonly message: Promise<PlainMessage> }>;
  /** What the payload is when nothing traces. */
  payloadOf(pattern: string, data: unknown): string;
  /** A record of the application with headers of its own, where the transport has such. */
  withHeaders?(data: unknown, headers: Record<string, string>): unknown;
}

/** A promise and its resolution. */
export function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
