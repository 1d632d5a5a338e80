import {
  type Context,
  context,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { hrTimeToMicroseconds, suppressTracing, TraceState } from '@opentelemetry/core';
import {
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  type Span as SdkSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import * as random from './random-calls.spec-helper.js';
import type { Dice } from './random-calls.spec-helper.js';

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

/** Ids that are the same in every run. */
export class CountingIds implements IdGenerator {
  #count = 0;

  generateTraceId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(32, '0');
  }

  generateSpanId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(16, '0');
  }
}

/** A clock that moves when it is told to. */
export class TestClock {
  /** As `performance.now()` tells it. */
  monotonic = 5000.25;

  constructor(readonly epoch: number) {}

  get wall(): number {
    return Math.floor(this.epoch + this.monotonic);
  }
}

/** Decides by what it is asked about, and writes that down. */
export class NotingSampler implements Sampler {
  readonly asked: unknown[] = [];

  shouldSample(
    ...[, traceId, name, kind, attributes, links]: Parameters<Sampler['shouldSample']>
  ): SamplingResult {
    this.asked.push([traceId, name, kind, Object.entries(attributes), structuredCloneOfLinks(links)]);
    if (name === 'drop me') return { decision: NOT_RECORD };
    if (name === 'record only') return { decision: RECORD };
    if (name === 'with state')
      return { decision: RECORD_AND_SAMPLED, traceState: new TraceState('sampler=1') };
    if (name !== 'with attributes')
      return { decision: attributes['b'] === true ? NOT_RECORD : RECORD_AND_SAMPLED };
    return {
      decision: RECORD_AND_SAMPLED,
      attributes: { a: 'from the sampler', z: 1, bad: new Date(0) },
    };
  }
}

function structuredCloneOfLinks(links: readonly object[]): unknown[] {
  return links.map((link) => ({ ...link }));
}

/** Writes down what it is shown, and writes to spans while it may. */
export class NotingProcessor implements SpanProcessor {
  readonly seen: unknown[] = [];

  onStart(span: SdkSpan, parent: Context): void {
    // Not always: times and lists are made when they are first read, and that may be now or at the end.
    const picture = this.seen.length % 2 === 0 ? pictureOf(span) : Object.entries(span.attributes);
    this.seen.push(['start', span.name, picture, trace.getSpanContext(parent)]);
    span.setAttribute('on.start', true);
  }

  onEnding(span: SdkSpan): void {
    this.seen.push(['ending', span.isRecording(), span.ended]);
    span.setAttribute('on.ending', 1).addEvent('ending');
  }

  onEnd(span: ReadableSpan): void {
    this.seen.push(['end', pictureOf(span)]);
    (span as SdkSpan).setAttribute('on.end', 'too late');
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

const millis = (time: HrTime) => ({ millis: hrTimeToMicroseconds(time) / 1000 });

/** Everything an exporter can see of a span; times in milliseconds. */
function pictureOf(span: ReadableSpan) {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: { ...span.spanContext(), traceState: span.spanContext().traceState?.serialize() },
    parentSpanContext: span.parentSpanContext && { ...span.parentSpanContext },
    // As entries: their order is part of it.
    attributes: Object.entries(span.attributes),
    events: span.events.map((event) => ({ ...event, time: millis(event.time) })),
    links: span.links.map((link) => ({ ...link })),
    status: { ...span.status },
    startTime: millis(span.startTime),
    endTime: millis(span.endTime),
    duration: millis(span.duration),
    ended: span.ended,
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
    scope: { ...span.instrumentationScope },
    resource: span.resource.attributes,
  };
}

/** Makes the same calls with the same dice on whatever tracer it is given. */
export function makeCalls(tracer: Tracer, dice: Dice, clock: TestClock): Span[] {
  const spans: Span[] = [];
  const anyContext = (): Context | undefined =>
    dice.pick<() => Context | undefined>([
      () => undefined,
      () => ROOT_CONTEXT,
      () => context.active(),
      () => (spans.length > 0 ? trace.setSpan(ROOT_CONTEXT, dice.pick(spans)) : undefined),
      () => (spans.length > 0 ? trace.setSpan(ROOT_CONTEXT, dice.pick(spans)) : undefined),
      () => trace.setSpanContext(ROOT_CONTEXT, random.spanContext(dice) as never),
      () => (dice.chance(0.3) ? suppressTracing(context.active()) : undefined),
    ])();
  const options = () =>
    ({
      ...(dice.chance(0.4) && { kind: random.kind(dice) }),
      ...(dice.chance(0.7) && {
        attributes: dice.chance(0.5) ? random.plainAttributes(dice) : random.attributes(dice),
      }),
      ...(dice.chance(0.3) && { links: dice.list(4, () => random.link(dice)) }),
      ...(dice.chance(0.1) && { root: true }),
      ...(dice.chance(0.3) && { startTime: random.time(dice, clock.epoch, clock.monotonic) }),
    }) as never;
  const anyTime = () => random.time(dice, clock.epoch, clock.monotonic) as never;

  const onSpan: ((span: Span) => unknown)[] = [
    (span) => span.setAttribute(random.key(dice), random.value(dice)),
    (span) => span.setAttribute(random.key(dice), random.value(dice)),
    (span) => span.setAttributes(random.attributes(dice) as never),
    (span) => span.setAttributes(random.plainAttributes(dice) as never),
    (span) => span.addEvent(random.key(dice)),
    (span) => span.addEvent(random.key(dice), random.attributes(dice) as never),
    (span) => span.addEvent('timed', anyTime()),
    (span) => span.addEvent('both', random.attributes(dice) as never, anyTime()),
    (span) => span.addEvent('two times', anyTime(), anyTime()),
    (span) => span.addLink(random.link(dice) as never),
    (span) => span.addLinks(dice.list(3, () => random.link(dice)) as never),
    (span) => span.recordException(random.exception(dice) as never),
    (span) => span.recordException(random.exception(dice) as never, anyTime()),
    (span) =>
      span.setStatus({
        code: random.statusCode(dice),
        message: dice.pick(['why', '', undefined, 5]) as never,
      }),
    (span) => span.updateName(random.spanNameOf(dice)),
    (span) => span.end(),
    (span) => span.end(anyTime()),
  ];

  const calls = (count: number, depth: number): void => {
    for (let made = 0; made < count; made += 1) {
      clock.monotonic += dice.pick([0, 0.001, 0.75, 3, 1500]);
      if (spans.length === 0 || dice.chance(0.15)) {
        spans.push(tracer.startSpan(random.spanNameOf(dice), ...startArguments()));
      } else if (depth < 3 && dice.chance(0.06)) {
        activate(depth);
      } else {
        dice.pick(onSpan)(dice.pick(spans));
      }
    }
  };
  const startArguments = () =>
    dice.pick<() => [options?: SpanOptions, context?: Context | undefined]>([
      () => [],
      () => [options()],
      () => [options(), anyContext()],
    ])();
  const activate = (depth: number): void => {
    const within = (span: Span): void => {
      spans.push(span);
      calls(dice.below(8), depth + 1);
      if (dice.chance(0.8)) span.end();
    };
    const name = random.spanNameOf(dice);
    dice.pick([
      () => tracer.startActiveSpan(name, within),
      () => tracer.startActiveSpan(name, options(), within),
      () => tracer.startActiveSpan(name, options(), anyContext() ?? ROOT_CONTEXT, within),
    ])();
  };

  calls(60, 0);
  for (const span of spans) if (span.isRecording()) span.end();
  return spans;
}
