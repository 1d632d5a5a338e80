import {
  type Attributes,
  diag,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
} from '@opentelemetry/api';
import { hrTimeDuration, type InstrumentationScope, millisToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { inspect, type InspectOptions } from 'node:util';
import { sharedKeys } from '../../shared.attributes.js';
import { reasonOf } from '../../telemetry.warnings.js';
import { Sampling, type SamplingIndex } from '../health/span.counts.js';
import { cleanAttribute, cleanAttributes, isValidKey, readAttribute } from './attribute-limits.js';
import { cleanSimpleValue, cleanValue } from './attribute-values.js';
import { exceptionAttributes } from './exception-attributes.js';
import { inspectable } from './inspectable-span.js';
import { type ClockAnchor, epochTime, hrTimeAt, isMonotonic, isTime } from './span-clock.js';
import type { LiveSpan } from './live.spans.js';
import { cleanLink } from './span-links.js';
import { statusOf } from './span-status.js';
import type { TracePipeline } from './trace-pipeline.js';

/** What a span is made from. Attributes and links are clean already. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: SpanContext;
  readonly parentSpanContext: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly attributesCount: number;
  readonly droppedAttributesCount: number;
  readonly links: Link[] | undefined;
  readonly startTime: TimeInput | undefined;
  /** A reading of `performance.now()`. */
  readonly now: number;
  readonly anchor: ClockAnchor;
}

const NO_STATUS: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });
const OPEN = 0;
/** Processors may still write to the span, but it cannot be ended a second time. */
const ENDING = 1;
const ENDED = 2;

/**
 * A span that is recorded. It behaves as the official one does (a spec compares the two), but does at once only what
 * cannot be done later: times stay numbers and lists stay unmade until an exporter reads them. Unlike the official one
 * it never throws, whatever it is given, and does not take in what would make an exporter lose the whole batch.
 *
 * No private names: users wrap spans in proxies and derived objects to change what is exported.
 */
export class RecordedSpan implements Span, ReadableSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  status: SpanStatus = NO_STATUS;
  droppedAttributesCount: number;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly instrumentationScope: InstrumentationScope;
  /** Children inherit it. */
  readonly anchor: ClockAnchor;

  private readonly pipeline: TracePipeline;
  /** The attributes that are its own, and those it shares with others; no name is among both. */
  private own: Attributes;
  private shared: Attributes[] | undefined;
  private readonly context: SpanContext;
  /** There are not more attributes than this; they are counted only when it comes to the limit. */
  private attributesAtMost: number;
  private linkList: Link[] | undefined;
  private eventList: TimedEvent[] | undefined;
  private phase = OPEN;
  /** As it was counted when it started: tail sampling changes the flags while it is open. */
  private readonly countedAs: SamplingIndex;
  /** Its place among the spans that are open, if anybody looks at these. */
  private readonly live: LiveSpan | undefined;
  /** As read from `performance.now()`; `NaN` when a time on the system clock was given. */
  private startMillis: number;
  private endMillis = Number.NaN;
  private startHrTime: HrTime | undefined;
  private endHrTime: HrTime | undefined;

  constructor(start: SpanStart, scope: InstrumentationScope, pipeline: TracePipeline) {
    this.name = start.name;
    this.kind = start.kind;
    this.parentSpanContext = start.parentSpanContext as SpanContext;
    this.own = start.attributes;
    this.droppedAttributesCount = start.droppedAttributesCount;
    this.instrumentationScope = scope;
    this.anchor = start.anchor;
    this.pipeline = pipeline;
    this.context = start.spanContext;
    this.countedAs =
      (start.spanContext.traceFlags & TraceFlags.SAMPLED) === 0
        ? Sampling.recordOnly
        : Sampling.recordAndSample;
    this.attributesAtMost = start.attributesCount;
    const { startTime, now, links } = start;
    if (isMonotonic(startTime, now)) {
      this.startMillis = startTime;
    } else {
      this.startHrTime = startTime === undefined ? undefined : epochTime(startTime);
      this.startMillis = this.startHrTime === undefined ? now : Number.NaN;
    }
    if (links !== undefined) {
      const surplus = links.length - pipeline.limits.linkCountLimit;
      if (surplus > 0) this.droppedLinksCount = surplus;
      this.linkList = surplus > 0 ? links.slice(surplus) : links;
    }
    this.live = pipeline.live?.add(this, now);
  }

  get resource(): Resource {
    return this.pipeline.resource;
  }

  /** Whether its ids are known to be valid without looking. */
  get hasOwnIds(): boolean {
    return this.pipeline.ownIds;
  }

  get attributes(): Attributes {
    if (this.shared !== undefined) this.takeOver();
    return this.own;
  }

  /** The attributes by where they come from, for who need not have them as one object. */
  get attributeParts(): { readonly own: Attributes; readonly shared: readonly Attributes[] } {
    return { own: this.own, shared: this.shared ?? [] };
  }

  get ended(): boolean {
    return this.phase === ENDED;
  }

  get startTime(): HrTime {
    this.startHrTime ??= hrTimeAt(this.anchor, this.startMillis);
    return this.startHrTime;
  }

  get endTime(): HrTime {
    if (this.endHrTime !== undefined) return this.endHrTime;
    if (Number.isNaN(this.endMillis)) return [0, 0];
    this.endHrTime = hrTimeAt(this.anchor, this.endMillis);
    return this.endHrTime;
  }

  get duration(): HrTime {
    return this.phase === OPEN ? [-1, -1] : hrTimeDuration(this.startTime, this.endTime);
  }

  get links(): Link[] {
    this.linkList ??= [];
    return this.linkList;
  }

  get events(): TimedEvent[] {
    this.eventList ??= [];
    return this.eventList;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return this.phase !== ENDED;
  }

  setAttribute(key: string, value: unknown): this {
    if (this.isClosed() || value === undefined || !isValidKey(key)) return this;
    const { attributeCountLimit, attributeValueLengthLimit } = this.pipeline.limits;
    if (this.attributesAtMost >= attributeCountLimit && !this.hasRoomFor(key)) {
      if (this.droppedAttributesCount === 0) diag.warn('Dropping extra attributes.');
      this.droppedAttributesCount += 1;
      return this;
    }
    const clean = cleanAttribute(key, value, attributeValueLengthLimit, cleanValue);
    if (clean === undefined) return this;
    this.put(key, clean);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.isClosed()) return this;
    try {
      if (this.share(attributes)) return this;
      const { attributeCountLimit, attributeValueLengthLimit } = this.pipeline.limits;
      for (const key of Object.keys(attributes)) {
        const value = readAttribute(attributes, key);
        // What nearly all of them are need not be looked at more closely.
        if (
          (typeof value === 'string'
            ? value.length <= attributeValueLengthLimit
            : typeof value === 'number' || typeof value === 'boolean') &&
          this.attributesAtMost < attributeCountLimit &&
          key !== '' &&
          key !== '__proto__'
        ) {
          this.put(key, value);
        } else {
          this.setAttribute(key, value);
        }
      }
    } catch (error) {
      diag.warn(`Attributes could not be read: ${reasonOf(error)}`);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.isClosed()) return this;
    const { eventCountLimit, attributePerEventCountLimit, attributeValueLengthLimit } = this.pipeline.limits;
    if (eventCountLimit <= 0) {
      diag.warn('No events allowed.');
      this.droppedEventsCount += 1;
      return this;
    }
    if (typeof name !== 'string') {
      diag.warn(`Invalid event name of type '${typeof name}', expected 'string'`);
      return this;
    }
    const { events } = this;
    if (events.length >= eventCountLimit) {
      if (this.droppedEventsCount === 0) diag.debug('Dropping extra events.');
      events.shift();
      this.droppedEventsCount += 1;
    }
    if (isTime(attributesOrTime)) {
      events.push({ name, time: this.timeOf(isTime(time) ? time : attributesOrTime) });
    } else if (typeof attributesOrTime !== 'object' || attributesOrTime === null) {
      events.push({ name, time: this.timeOf(time) });
    } else {
      const { attributes, droppedAttributesCount } = cleanAttributes(
        attributesOrTime,
        attributePerEventCountLimit,
        attributeValueLengthLimit,
        cleanSimpleValue,
      );
      events.push({ name, time: this.timeOf(time), attributes, droppedAttributesCount });
    }
    return this;
  }

  addLink(link: Link): this {
    if (this.isClosed()) return this;
    const { linkCountLimit } = this.pipeline.limits;
    if (linkCountLimit <= 0) {
      this.droppedLinksCount += 1;
      return this;
    }
    const clean = cleanLink(link, this.pipeline.limits);
    if (clean === undefined) return this;
    const { links } = this;
    if (links.length >= linkCountLimit) {
      if (this.droppedLinksCount === 0) diag.debug('Dropping extra links.');
      links.shift();
      this.droppedLinksCount += 1;
    }
    links.push(clean);
    return this;
  }

  addLinks(links: Link[]): this {
    try {
      for (const link of links) this.addLink(link);
    } catch (error) {
      diag.warn(`Links could not be read: ${reasonOf(error)}`);
    }
    return this;
  }

  setStatus(status: SpanStatus): this {
    // OK is final: it is how an application overrules what a library thought was an error.
    if (this.isClosed() || this.status.code === SpanStatusCode.OK) return this;
    this.status = statusOf(status) ?? this.status;
    return this;
  }

  updateName(name: string): this {
    if (this.isClosed()) return this;
    if (typeof name === 'string') this.name = name;
    else diag.warn(`Invalid span name of type '${typeof name}', expected 'string'`);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this.isClosed()) return;
    const attributes = exceptionAttributes(exception);
    if (attributes === undefined) diag.warn(`Failed to record an exception ${reasonOf(exception)}`);
    else this.addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.phase !== OPEN) {
      diag.error(`You can only call end() on a span once: ${this.where()}`);
      return;
    }
    this.setEnd(endTime);
    if (this.droppedEventsCount > 0) {
      diag.warn(`Dropped ${this.droppedEventsCount} events because eventCountLimit reached`);
    }
    if (this.droppedLinksCount > 0) {
      diag.warn(`Dropped ${this.droppedLinksCount} links because linkCountLimit reached`);
    }
    const { processor, counts, live } = this.pipeline;
    if (this.live !== undefined) live?.ended(this.live);
    counts.ended(this.countedAs);
    this.phase = ENDING;
    processor.onEnding(this);
    this.phase = ENDED;
    processor.onEnd(this);
  }

  [inspect.custom](depth: number, options: InspectOptions): string {
    return depth < 0 ? '[RecordedSpan]' : `RecordedSpan ${inspect(inspectable(this), { ...options, depth })}`;
  }

  private setEnd(endTime: TimeInput | undefined): void {
    const now = performance.now();
    if (isMonotonic(endTime, now)) {
      this.endMillis = endTime;
    } else if (endTime === undefined || (this.endHrTime = epochTime(endTime)) === undefined) {
      // A start on the system clock was chosen by the caller, so its end is read from the same clock.
      if (Number.isNaN(this.startMillis)) this.endHrTime = millisToHrTime(Date.now());
      else this.endMillis = now;
    }
    const backwards =
      this.endHrTime === undefined && this.startHrTime === undefined
        ? this.endMillis < this.startMillis
        : hrTimeDuration(this.startTime, this.endTime)[0] < 0;
    if (!backwards) return;
    diag.warn('Inconsistent start and end time, startTime > endTime. Setting span duration to 0ms.');
    this.endHrTime = [...this.startTime];
  }

  private timeOf(input: TimeInput | undefined): HrTime {
    const now = performance.now();
    if (isMonotonic(input, now)) return hrTimeAt(this.anchor, input);
    const given = input === undefined ? undefined : epochTime(input);
    if (given !== undefined) return given;
    return Number.isNaN(this.startMillis) ? millisToHrTime(Date.now()) : hrTimeAt(this.anchor, now);
  }

  /** Refers to attributes that are shared, if they fit as they are. */
  private share(attributes: Attributes): boolean {
    const keys = sharedKeys(attributes);
    if (keys === undefined) return false;
    const { attributeCountLimit, attributeValueLengthLimit } = this.pipeline.limits;
    if (attributeValueLengthLimit !== Infinity || this.attributesAtMost + keys.length > attributeCountLimit) {
      return false;
    }
    for (const key of keys) if (key in this.own || this.isShared(key)) return false;
    if (this.shared === undefined) this.shared = [attributes];
    else this.shared.push(attributes);
    this.attributesAtMost += keys.length;
    return true;
  }

  private isShared(key: string): boolean {
    if (this.shared === undefined) return false;
    for (const each of this.shared) if (key in each) return true;
    return false;
  }

  /** Makes what it shares its own: somebody wants to see all attributes as one object, or to change one of them. */
  private takeOver(): void {
    for (const each of this.shared ?? []) Object.assign(this.own, each);
    this.shared = undefined;
  }

  private put(key: string, value: Attributes[string]): void {
    if (this.isShared(key)) this.takeOver();
    this.own[key] = value;
    this.attributesAtMost += 1;
  }

  private hasRoomFor(key: string): boolean {
    if (Object.hasOwn(this.attributes, key)) return true;
    this.attributesAtMost = Object.keys(this.attributes).length;
    return this.attributesAtMost < this.pipeline.limits.attributeCountLimit;
  }

  private isClosed(): boolean {
    if (this.phase !== ENDED) return false;
    diag.warn(`Cannot execute the operation on ended Span ${this.where()}`);
    return true;
  }

  private where(): string {
    return `{traceId: ${this.context.traceId}, spanId: ${this.context.spanId}}`;
  }
}
