import type {
  AnyValue,
  Attributes,
  HrTime,
  LogRecord,
  SeverityNumber,
  SpanContext,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { cleanValue } from '../tracer/attribute-values.js';
import type { ResolvedLogLimits } from './log-limits.js';

/** A log record on its way through the processors (specification, "Logs SDK", ReadWriteLogRecord). */
export class EmittedRecord implements ReadWriteLogRecord {
  hrTime: HrTime;
  hrTimeObserved: HrTime;
  declare spanContext?: SpanContext;
  declare severityText?: string;
  declare severityNumber?: SeverityNumber;
  declare body?: AnyValue;
  declare eventName?: string;
  attributes: Attributes = {};
  droppedAttributesCount = 0;
  #count = 0;

  constructor(
    readonly resource: Resource,
    readonly instrumentationScope: InstrumentationScope,
    private readonly limits: ResolvedLogLimits,
    time: HrTime,
    observed: HrTime,
    record: LogRecord,
  ) {
    this.hrTime = time;
    this.hrTimeObserved = observed;
    const { severityText, severityNumber, body, eventName } = record;
    if (severityText !== undefined) this.severityText = severityText;
    if (severityNumber !== undefined) this.severityNumber = severityNumber;
    if (body !== undefined) this.body = body;
    if (eventName !== undefined) this.eventName = eventName;
  }

  /** Takes attributes as they are: plain data that nobody else holds. */
  adopt(attributes: Attributes): void {
    const count = Object.keys(attributes).length;
    if (count > this.limits.attributeCountLimit || this.limits.attributeValueLengthLimit !== Infinity) {
      this.setAttributes(attributes);
      return;
    }
    this.attributes = attributes;
    this.#count = count;
  }

  setAttribute(key: string, value?: AnyValue): this {
    const isNew = !Object.hasOwn(this.attributes, key);
    const cleaned = cleanValue(value, this.limits.attributeValueLengthLimit);
    if (cleaned === undefined) return this;
    if (isNew && this.#count >= this.limits.attributeCountLimit) {
      this.droppedAttributesCount += 1;
      return this;
    }
    if (isNew) this.#count += 1;
    this.attributes[key] = cleaned;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
    return this;
  }

  setBody(body: AnyValue): this {
    this.body = body;
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  setSeverityNumber(severityNumber: SeverityNumber): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }
}
