import type { EncodableEvent, EncodableLink, EncodableSpan, EncodableSpanContext } from '../encodable.js';
import { plainText } from '../hostile.js';
import { writeAttributes } from './attributes.encoder.js';
import { type AttributeParts, writeSharedAttributes } from './shared.attributes.encoder.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import { writeTime } from './time.encoder.js';

const SPAN = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentSpanId: 0x22,
  name: 0x2a,
  kind: 0x30,
  startTime: 0x39,
  endTime: 0x41,
  attributes: 0x4a,
  droppedAttributes: 0x50,
  events: 0x5a,
  droppedEvents: 0x60,
  links: 0x6a,
  droppedLinks: 0x70,
  status: 0x7a,
} as const;
const EVENT = { time: 0x09, name: 0x12, attributes: 0x1a, droppedAttributes: 0x20 } as const;
const LINK = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  attributes: 0x22,
  droppedAttributes: 0x28,
  flags: 0x35,
} as const;
const STATUS = { message: 0x12, code: 0x18 } as const;

/** The flags are field 16, so their tag takes two bytes: these. */
const FLAGS_FIRST_BYTE = 0x85;
const FLAGS_SECOND_BYTE = 0x01;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Writes the fields of one span. Throws what hostile getters of the span throw. */
export function writeSpan(writer: ProtobufWriter, span: EncodableSpan, parts?: AttributeParts): void {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  writer.hex(SPAN.traceId, context.traceId, 16);
  writer.hex(SPAN.spanId, context.spanId, 8);
  writeTraceState(writer, SPAN.traceState, context);
  if (parent?.spanId) writer.hex(SPAN.parentSpanId, parent.spanId, 8);
  writer.knownText(SPAN.name, typeof span.name === 'string' ? span.name : plainText(span.name));
  if (span.kind >= 0 && span.kind <= 4) writer.varint(SPAN.kind, span.kind + 1);
  // A time that cannot be written is replaced by the other one: a span of no duration is seen, one from 1970 is not.
  const { startTime, endTime } = span;
  if (!writeTime(writer, SPAN.startTime, startTime)) writeTime(writer, SPAN.startTime, endTime);
  if (!writeTime(writer, SPAN.endTime, endTime)) writeTime(writer, SPAN.endTime, startTime);
  if (parts === undefined) {
    writeAttributes(writer, SPAN.attributes, span.attributes);
  } else {
    for (const shared of parts.shared) writeSharedAttributes(writer, SPAN.attributes, shared);
    writeAttributes(writer, SPAN.attributes, parts.own);
  }
  writeCount(writer, SPAN.droppedAttributes, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writeCount(writer, SPAN.droppedEvents, span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writeCount(writer, SPAN.droppedLinks, span.droppedLinksCount);
  writeStatus(writer, span.status);
  writer.byte(FLAGS_FIRST_BYTE);
  writer.fixed32(FLAGS_SECOND_BYTE, flagsOf(context.traceFlags, parent?.isRemote));
}

function writeEvent(writer: ProtobufWriter, event: EncodableEvent): void {
  const start = writer.open(SPAN.events, 1);
  writeTime(writer, EVENT.time, event.time);
  writer.knownText(EVENT.name, typeof event.name === 'string' ? event.name : plainText(event.name));
  if (event.attributes) writeAttributes(writer, EVENT.attributes, event.attributes);
  writeCount(writer, EVENT.droppedAttributes, event.droppedAttributesCount);
  writer.close(start, 1);
}

function writeLink(writer: ProtobufWriter, link: EncodableLink): void {
  const { context } = link;
  const start = writer.open(SPAN.links, 1);
  writer.hex(LINK.traceId, context.traceId, 16);
  writer.hex(LINK.spanId, context.spanId, 8);
  writeTraceState(writer, LINK.traceState, context);
  if (link.attributes) writeAttributes(writer, LINK.attributes, link.attributes);
  writeCount(writer, LINK.droppedAttributes, link.droppedAttributesCount);
  writer.fixed32(LINK.flags, flagsOf(context.traceFlags, context.isRemote));
  writer.close(start, 1);
}

function writeTraceState(writer: ProtobufWriter, tag: number, context: EncodableSpanContext): void {
  if (context.traceState === undefined || context.traceState === null) return;
  const state = context.traceState.serialize();
  if (typeof state === 'string' && state !== '') writer.text(tag, state);
}

function writeStatus(writer: ProtobufWriter, status: EncodableSpan['status']): void {
  const { code, message } = status;
  if (code === 0 && message === undefined) {
    writer.varint(SPAN.status, 0);
    return;
  }
  const start = writer.open(SPAN.status, 1);
  if (typeof message === 'string' && message !== '') writer.text(STATUS.message, message);
  if (code === 1 || code === 2) writer.varint(STATUS.code, code);
  writer.close(start, 1);
}

function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

function writeCount(writer: ProtobufWriter, tag: number, count: number | undefined): void {
  if (typeof count === 'number' && count > 0) writer.varint(tag, Math.min(count, 0xffff_ffff) >>> 0);
}
