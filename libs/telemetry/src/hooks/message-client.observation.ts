import { context, SpanKind, type Attributes } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { defer, type Observable } from 'rxjs';
import { METRICS } from '../metrics/catalog.js';
import { NESTJS_PATTERN, NESTJS_TRANSPORT } from '../semconv.js';
import { guarded } from '../telemetry.warnings.js';
import {
  messagingSpan,
  messagingTransport,
  type MessageDestination,
} from '../tracing/conventions/messaging.conventions.js';
import { NEST_RPC, rpcErrorType, rpcSpan } from '../tracing/conventions/rpc.conventions.js';
import { KnownNames } from './known.names.js';
import type { NestClient } from './transports/nest.peers.js';
import type { Transport } from './transports/transport.js';
import { observeWork, type Verdict, type Work } from './work.observation.js';

/** Patterns are few, unless an application puts ids into them. */
const patterns = new KnownNames(500);

const verdict = (error: unknown): Verdict => ({ isError: true, type: rpcErrorType(error) });

/** A request: a CLIENT span for every subscription, from its beginning until the answer is complete. */
export function observeRequest(
  client: NestClient,
  transport: Transport,
  pattern: unknown,
  answer: Observable<unknown>,
): Observable<unknown> {
  return defer(() => {
    const work = isTracingSuppressed(context.active())
      ? undefined
      : guarded('Tracing of a request', () => requestWork(client, transport, pattern), undefined);
    return work === undefined ? answer : observeWork(work, () => answer);
  });
}

/** Events: one PRODUCER span. They are on their way at once, whether anybody subscribes to the result or not. */
export function observeEvents(
  client: NestClient,
  transport: Transport,
  events: { readonly pattern: unknown; readonly batchSize?: number },
  emit: () => Observable<unknown>,
): Observable<unknown> {
  const work = isTracingSuppressed(context.active())
    ? undefined
    : guarded('Tracing of an event', () => eventWork(client, transport, events), undefined);
  if (work === undefined) return emit();
  let emitted: Observable<unknown> | undefined;
  observeWork(work, () => {
    emitted = emit();
    return settled(emitted);
  }).catch(() => undefined);
  // `emit` was run at once, or it has thrown and so have we.
  return emitted as unknown as Observable<unknown>;
}

/** Nest has connected the source already; one more listener changes nothing for the others. */
function settled(emitted: Observable<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    emitted.subscribe({ error: reject, complete: resolve });
  });
}

function requestWork(client: NestClient, transport: Transport, pattern: unknown): Work {
  const target = targetOf(client, transport, pattern);
  const { method, destination } = target;
  const { address, port } = destination;
  return {
    ...rpcSpan({ system: NEST_RPC, method, address, port }),
    kind: SpanKind.CLIENT,
    high: () => ({
      ...(transport.isBrokered && messagingTransport(destination)),
      ...nestAttributes(transport, target),
    }),
    duration: METRICS.rpcClientCallDuration,
    verdict,
  };
}

function eventWork(
  client: NestClient,
  transport: Transport,
  { pattern, batchSize }: { readonly pattern: unknown; readonly batchSize?: number },
): Work {
  const target = targetOf(client, transport, pattern);
  const { method, destination } = target;
  const { name, low, high } = messagingSpan({
    type: 'send',
    subject: method,
    destination,
    ...(batchSize !== undefined && { batchSize }),
  });
  return {
    name,
    kind: SpanKind.PRODUCER,
    low,
    high: () => ({ ...high, ...nestAttributes(transport, target) }),
    duration: METRICS.messagingClientOperationDuration,
    verdict,
  };
}

/** Where the messages of a pattern go, worked out once, for as many patterns as have names of their own. */
const targets = new WeakMap<NestClient, Map<string, Target>>();

interface Target {
  /** The pattern as Nest writes it. */
  readonly route: string;
  /** What it is called. */
  readonly method: string;
  readonly destination: MessageDestination;
}

function targetOf(client: NestClient, transport: Transport, pattern: unknown): Target {
  const route = client.normalizePattern(pattern);
  const known = targets.get(client) ?? new Map<string, Target>();
  targets.set(client, known);
  const target = known.get(route);
  if (target !== undefined) return target;
  const method = patterns.known(route);
  const destination = { system: transport.system, ...transport.destination(client, route) };
  if (method !== route) {
    // One of too many: where the destination is the pattern, it must not get into metrics either.
    const template = destination.name === route ? { template: method } : {};
    return { route, method, destination: { ...destination, ...template } };
  }
  const made = { route, method, destination };
  known.set(route, made);
  return made;
}

function nestAttributes({ name }: Transport, { route }: Target): Attributes {
  return { [NESTJS_TRANSPORT]: name, [NESTJS_PATTERN]: route };
}
