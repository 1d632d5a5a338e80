import type { EncodableLogRecord } from '../encodable.js';
import { attempt, safeAttributes, safeCount, safeText, safeTime } from '../hostile.js';
import { writeAnyValue, writeAttributes } from './attributes.encoder.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import type { RecordKind } from './record.batch.js';
import { tamedContext } from './span.tamer.js';
import { writeTime } from './time.encoder.js';

const LOG = {
  time: 0x09,
  severityNumber: 0x10,
  severityText: 0x1a,
  body: 0x2a,
  attributes: 0x32,
  droppedAttributes: 0x38,
  flags: 0x45,
  traceId: 0x4a,
  spanId: 0x52,
  observedTime: 0x59,
  eventName: 0x62,
} as const;
const HIGHEST_SEVERITY = 24;

/** Writes the fields of one log record. Throws what hostile getters of the record throw. */
function writeLogRecord(writer: ProtobufWriter, record: EncodableLogRecord): void {
  const {
    severityNumber,
    severityText,
    eventName,
    body,
    droppedAttributesCount: dropped,
    spanContext,
  } = record;
  writeTime(writer, LOG.time, record.hrTime);
  writeTime(writer, LOG.observedTime, record.hrTimeObserved);
  if (severityNumber !== undefined && severityNumber > 0 && severityNumber <= HIGHEST_SEVERITY) {
    writer.varint(LOG.severityNumber, severityNumber);
  }
  if (typeof severityText === 'string' && severityText !== '')
    writer.knownText(LOG.severityText, severityText);
  if (body !== undefined) writeAnyValue(writer, LOG.body, body);
  writeAttributes(writer, LOG.attributes, record.attributes);
  if (dropped > 0) writer.varint(LOG.droppedAttributes, Math.min(dropped, 0xffff_ffff) >>> 0);
  if (spanContext !== undefined && spanContext !== null) {
    if (spanContext.traceFlags > 0) writer.fixed32(LOG.flags, spanContext.traceFlags & 0xff);
    writer.hex(LOG.traceId, spanContext.traceId, 16);
    writer.hex(LOG.spanId, spanContext.spanId, 8);
  }
  if (typeof eventName === 'string' && eventName !== '') writer.knownText(LOG.eventName, eventName);
}

/** A copy of a log record that threw when it was encoded: whatever can be read and written. */
function tamedLogRecord(record: EncodableLogRecord): EncodableLogRecord {
  const attributes = safeAttributes(() => record.attributes);
  const context = attempt(() => record.spanContext);
  return {
    hrTime: safeTime(() => record.hrTime),
    hrTimeObserved: safeTime(() => record.hrTimeObserved),
    spanContext: context === undefined ? undefined : tamedContext(context),
    severityNumber: safeCount(() => record.severityNumber),
    severityText: safeText(() => record.severityText),
    body: safeAttributes(() => ({ body: record.body })).kept['body'],
    eventName: safeText(() => record.eventName),
    attributes: attributes.kept,
    droppedAttributesCount: safeCount(() => record.droppedAttributesCount) + attributes.dropped,
    resource: record.resource,
    instrumentationScope: record.instrumentationScope,
  };
}

export const logKind: RecordKind<EncodableLogRecord> = { write: writeLogRecord, tame: tamedLogRecord };
