import type { Attributes, Link, SpanStatus } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import type { AttributeRedaction } from './attribute.redaction.js';
import { RecordBudget } from './record.budget.js';
import type { RedactionRules } from './rules.js';
import type { TextRedaction } from './text.redaction.js';

/** Spans of our own tell which of their attributes they share with others (docs/adr/0007). */
interface MaybeParted {
  readonly attributeParts?: { readonly own: Attributes; readonly shared: readonly Attributes[] };
}

/** Redacts spans. Nearly all are clean, and for these nothing is made. */
export class SpanRedaction {
  /** Shared attributes never change, so what was found of them holds. */
  readonly #shared = new WeakMap<Attributes, boolean>();
  readonly #resources = new WeakMap<Resource, Resource>();
  /** Most spans have the same one. */
  #cleanResource: Resource | undefined;

  constructor(
    private readonly rules: RedactionRules,
    private readonly texts: TextRedaction,
    private readonly attributes: AttributeRedaction,
  ) {}

  redact(span: ReadableSpan): ReadableSpan {
    const resource = this.#resourceOf(span.resource);
    if (resource === span.resource && this.#isClean(span)) return span;
    const budget = new RecordBudget(this.rules.limits);
    const attributes = this.attributes.redact(span.attributes, 'span.attribute', budget);
    const context = span.spanContext();
    return {
      name: this.texts.redact(span.name, 'span.name'),
      kind: span.kind,
      spanContext: () => context,
      ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
      startTime: span.startTime,
      endTime: span.endTime,
      status: this.#status(span.status),
      attributes,
      links: span.links.map((link) => this.#link(link, budget)),
      events: span.events.map((event) => this.#event(event, budget)),
      duration: span.duration,
      ended: span.ended,
      resource,
      instrumentationScope: span.instrumentationScope,
      droppedAttributesCount: span.droppedAttributesCount,
      droppedEventsCount: span.droppedEventsCount,
      droppedLinksCount: span.droppedLinksCount,
    };
  }

  #isClean(span: ReadableSpan): boolean {
    const { name, status } = span;
    if (!this.texts.isClean(name) || (status.message !== undefined && !this.texts.isClean(status.message)))
      return false;
    const parts = (span as MaybeParted).attributeParts;
    let room = this.rules.limits.recordLength;
    if (parts === undefined) {
      room = this.attributes.roomAfter(span.attributes, room);
    } else {
      for (const shared of parts.shared) if (!this.#isCleanShared(shared)) return false;
      room = this.attributes.roomAfter(parts.own, room);
    }
    const { events, links } = span;
    if (room < 0) return false;
    for (const { name: eventName, attributes } of events) {
      if (!this.texts.isClean(eventName)) return false;
      if (attributes !== undefined && (room = this.attributes.roomAfter(attributes, room)) < 0) return false;
    }
    for (const { attributes } of links) {
      if (attributes !== undefined && (room = this.attributes.roomAfter(attributes, room)) < 0) return false;
    }
    return true;
  }

  #isCleanShared(attributes: Attributes): boolean {
    let isClean = this.#shared.get(attributes);
    if (isClean === undefined) {
      isClean = this.attributes.roomAfter(attributes, this.rules.limits.recordLength) >= 0;
      this.#shared.set(attributes, isClean);
    }
    return isClean;
  }

  #status(status: SpanStatus): SpanStatus {
    const { code, message } = status;
    return message === undefined ? status : { code, message: this.texts.redact(message, 'span.status') };
  }

  #event(event: TimedEvent, budget: RecordBudget): TimedEvent {
    const { name, attributes } = event;
    return {
      ...event,
      name: this.texts.redact(name, 'event.name'),
      ...(attributes && { attributes: this.attributes.redact(attributes, 'event.attribute', budget) }),
    };
  }

  #link(link: Link, budget: RecordBudget): Link {
    const { attributes } = link;
    if (attributes === undefined) return link;
    return { ...link, attributes: this.attributes.redact(attributes, 'link.attribute', budget) };
  }

  #resourceOf(resource: Resource): Resource {
    if (resource === this.#cleanResource) return resource;
    let known = this.#resources.get(resource);
    if (known === undefined) {
      known = this.#redactedResource(resource);
      // Until all of its attributes are there it has to be looked at again.
      if (resource.asyncAttributesPending !== true) this.#resources.set(resource, known);
    }
    if (known === resource && resource.asyncAttributesPending !== true) this.#cleanResource = resource;
    return known;
  }

  #redactedResource(resource: Resource): Resource {
    const { attributes } = resource;
    const { recordLength } = this.rules.limits;
    if (this.attributes.roomAfter(attributes, recordLength) >= 0) return resource;
    const budget = new RecordBudget(this.rules.limits);
    const clean = this.attributes.redact(attributes, 'resource', budget);
    return Object.create(resource, {
      attributes: { value: clean, enumerable: true },
      getRawAttributes: { value: () => Object.entries(clean) },
    }) as Resource;
  }
}
