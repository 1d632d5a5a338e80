// The two levels around spans, log records and metrics. They have the same shape and field numbers in all three
// signals: 1 the resource or scope, 2 what it contains, 3 the schema URL.
import type { EncodableResource, EncodableScope } from '../encodable.js';
import { attempt, safeAttributes, safeCount, safeText } from '../hostile.js';
import { writeAttributes } from './attributes.encoder.js';
import { type ProtobufWriter, varintSize } from './protobuf.writer.js';
import { giveBack, takeWriter } from './writer.pool.js';

const ENTITY = 0x0a;
const CONTENT = 0x12;
const SCHEMA_URL = 0x1a;
const RESOURCE_ATTRIBUTES = 0x0a;
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;
const SCOPE_ATTRIBUTES = 0x1a;
const SCOPE_DROPPED_ATTRIBUTES = 0x20;
const REQUEST_ENTRY = 0x0a;
/** A resource or scope of which nothing is known. */
const EMPTY_ENTITY = Uint8Array.of(ENTITY, 0);

const encodedResources = new WeakMap<object, Uint8Array>();
const encodedScopes = new WeakMap<object, Uint8Array>();

/**
 * Encodes the fields every ResourceSpans, ResourceLogs and ResourceMetrics has of its resource: attributes and schema
 * URL. The bytes are remembered per object once its asynchronous attributes have settled; do not change them.
 */
export function encodeResource(resource: EncodableResource): Uint8Array {
  return remembered(encodedResources, resource, writeResource);
}

/** The same for the scope level: name, version, attributes and schema URL. */
export function encodeScope(scope: EncodableScope): Uint8Array {
  return remembered(encodedScopes, scope, writeScope);
}

function remembered<Entity extends object>(
  known: WeakMap<object, Uint8Array>,
  entity: Entity,
  write: (writer: ProtobufWriter, entity: Entity) => boolean,
): Uint8Array {
  const found = known.get(entity);
  if (found !== undefined) return found;
  const writer = takeWriter(undefined);
  // A getter may work when it is tried and throw when it counts: better no attributes than no request.
  const isSettled = attempt(() => write(writer, entity));
  const encoded = isSettled === undefined ? EMPTY_ENTITY : writer.copy(0, writer.position);
  giveBack(writer);
  if (isSettled === true && typeof entity === 'object' && entity !== null) known.set(entity, encoded);
  return encoded;
}

function writeResource(writer: ProtobufWriter, resource: EncodableResource): boolean {
  const start = writer.open(ENTITY, 2);
  writeAttributes(writer, RESOURCE_ATTRIBUTES, safeAttributes(() => resource.attributes).kept);
  writer.close(start, 2);
  const schemaUrl = safeText(() => resource.schemaUrl);
  if (schemaUrl !== '') writer.text(SCHEMA_URL, schemaUrl);
  return safeCount(() => (resource.asyncAttributesPending === true ? 1 : 0)) === 0;
}

function writeScope(writer: ProtobufWriter, scope: EncodableScope): boolean {
  const start = writer.open(ENTITY, 1);
  writer.text(
    SCOPE_NAME,
    safeText(() => scope.name),
  );
  const version = safeText(() => scope.version);
  if (version !== '') writer.text(SCOPE_VERSION, version);
  const attributes = safeAttributes(() => scope.attributes);
  writeAttributes(writer, SCOPE_ATTRIBUTES, attributes.kept);
  const dropped = safeCount(() => scope.droppedAttributesCount) + attributes.dropped;
  if (dropped > 0) writer.varint(SCOPE_DROPPED_ATTRIBUTES, dropped);
  writer.close(start, 1);
  const schemaUrl = safeText(() => scope.schemaUrl);
  if (schemaUrl !== '') writer.text(SCHEMA_URL, schemaUrl);
  return true;
}

/** One scope and the ready-framed content (tag, length, message; any number of them) that belongs to it. */
export interface ScopeContent {
  readonly scope: Uint8Array;
  readonly content: readonly Uint8Array[];
}

/** Puts content under its scopes and its resource: one entry of an export request. Requests may be concatenated. */
export function wrapContent(resource: Uint8Array, scopes: readonly ScopeContent[]): Uint8Array {
  const scopeSizes = scopes.map(({ scope, content }) => scope.length + totalLength(content));
  const size = scopeSizes.reduce((sum, length) => sum + 1 + varintSize(length) + length, resource.length);
  // Not from the shared pool: the caller may transfer it to another thread.
  const request = Buffer.allocUnsafeSlow(1 + varintSize(size) + size);
  let at = writeHeader(request, 0, REQUEST_ENTRY, size);
  request.set(resource, at);
  at += resource.length;
  for (const [index, { scope, content }] of scopes.entries()) {
    at = writeHeader(request, at, CONTENT, scopeSizes[index] ?? 0);
    for (const part of [scope, ...content]) {
      request.set(part, at);
      at += part.length;
    }
  }
  return request;
}

/**
 * Puts records of one resource and scope into an export request of their signal, whichever that is. Resource and scope are
 * as {@link encodeResource} and {@link encodeScope} made them. Requests may be concatenated.
 * @param content - any number of records in each part, every one of them ready for the request: the tag 0x12, its length
 * as a varint, and what `encodeSpan`, `encodeLogRecord` or `encodeMetric` made of it
 * @since 0.1.0
 */
export function wrapFramed(
  resource: Uint8Array,
  scope: Uint8Array,
  content: readonly Uint8Array[],
): Uint8Array {
  return wrapContent(resource, [{ scope, content }]);
}

/** Puts bare messages under one scope and its resource; both may be encoded already. */
export function wrapMessages(
  resource: EncodableResource | Uint8Array,
  scope: EncodableScope | Uint8Array,
  messages: readonly Uint8Array[],
): Uint8Array {
  const resourceBytes = resource instanceof Uint8Array ? resource : encodeResource(resource);
  const scopeBytes = scope instanceof Uint8Array ? scope : encodeScope(scope);
  let scopeSize = scopeBytes.length;
  for (const { length } of messages) scopeSize += 1 + varintSize(length) + length;
  const size = resourceBytes.length + 1 + varintSize(scopeSize) + scopeSize;
  const request = Buffer.allocUnsafeSlow(1 + varintSize(size) + size);
  let at = writeHeader(request, 0, REQUEST_ENTRY, size);
  request.set(resourceBytes, at);
  at = writeHeader(request, at + resourceBytes.length, CONTENT, scopeSize);
  request.set(scopeBytes, at);
  at += scopeBytes.length;
  for (const message of messages) {
    at = writeHeader(request, at, CONTENT, message.length);
    request.set(message, at);
    at += message.length;
  }
  return request;
}

function writeHeader(target: Uint8Array, position: number, tag: number, length: number): number {
  let at = position;
  target[at++] = tag;
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at++] = rest;
  return at;
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
