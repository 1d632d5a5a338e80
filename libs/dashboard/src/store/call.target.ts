import type { JsonValue } from '../api/api.types.js';
import { KIND, type SpanRow } from './span.row.js';

export type NodeKind = 'service' | 'database' | 'queue' | 'external';

/** The other side of a call, as far as the span of this side names it. */
export interface CallTarget {
  readonly kind: NodeKind;
  readonly name: string | undefined;
}

/** Messaging operations that move no message of the application's from one program to another. */
const OTHER_OPERATIONS = new Set(['receive', 'settle', 'create']);

/** What a CLIENT, PRODUCER or CONSUMER span says about the other side; undefined when it is no call at all. */
export function callTarget({ attributes, kind }: SpanRow): CallTarget | undefined {
  const system = text(attributes['db.system.name'] ?? attributes['db.system']);
  if (system !== undefined) {
    const namespace = text(attributes['db.namespace'] ?? attributes['db.name']);
    return { kind: 'database', name: namespace === undefined ? system : `${system} ${namespace}` };
  }
  const messaging = text(attributes['messaging.system'] ?? attributes['messaging.system.name']);
  if (messaging !== undefined || kind === KIND.producer || kind === KIND.consumer) {
    const operation = text(attributes['messaging.operation.type'] ?? attributes['messaging.operation']);
    if (operation !== undefined && OTHER_OPERATIONS.has(operation)) return undefined;
    return { kind: 'queue', name: text(attributes['messaging.destination.name']) ?? messaging };
  }
  const address = text(attributes['server.address'] ?? attributes['net.peer.name']);
  const port = attributes['server.port'] ?? attributes['net.peer.port'];
  const hasPort = typeof port === 'number' || typeof port === 'string';
  return { kind: 'external', name: address === undefined || !hasPort ? address : `${address}:${port}` };
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}
