import {
  type Attributes,
  type Context,
  context as contextApi,
  diag,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { type InstrumentationScope, isTracingSuppressed } from '@opentelemetry/core';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { sharedKeys } from '../../shared.attributes.js';
import { reasonOf } from '../../telemetry.warnings.js';
import { ParentOrigin, type ParentOriginIndex, Sampling, type SamplingIndex } from '../health/span.counts.js';
import { cleanAttributes, type CleanAttributes } from './attribute-limits.js';
import { cleanValue } from './attribute-values.js';
import { NotRecordedSpan, spanContextOf } from './not-recorded.span.js';
import { RecordedSpan } from './recorded.span.js';
import { anchorOfChild, anchorOfRoot } from './span-clock.js';
import { cleanLinks } from './span-links.js';
import { spanName } from './span-name.js';
import type { TracePipeline } from './trace-pipeline.js';

const NO_OPTIONS: SpanOptions = {};
const SUPPRESSED = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const RECORD: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const RECORD_UNSAMPLED: SamplingResult = { decision: SamplingDecision.RECORD };
const DROP: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** {@link Sampling} by the decision of the sampler. */
const SAMPLING: Readonly<Record<SamplingDecision, SamplingIndex>> = {
  [SamplingDecision.NOT_RECORD]: Sampling.drop,
  [SamplingDecision.RECORD]: Sampling.recordOnly,
  [SamplingDecision.RECORD_AND_SAMPLED]: Sampling.recordAndSample,
};

/** Starts spans. It decides before it builds: what is not recorded costs a look at the parent and one small object. */
export class LeanTracer implements Tracer {
  constructor(
    readonly instrumentationScope: InstrumentationScope,
    private readonly pipeline: TracePipeline,
  ) {}

  startSpan(name: string, options?: SpanOptions | null, context?: Context | null): Span {
    try {
      return this.start(name, options ?? NO_OPTIONS, context ?? contextApi.active());
    } catch (error) {
      // A parent or options that throw when they are read.
      diag.error(`A span could not be started: ${reasonOf(error)}`);
      return SUPPRESSED;
    }
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    if (rest.length === 0) return undefined as ReturnType<F>;
    const fn = rest.at(-1) as (span: Span) => ReturnType<F>;
    if (typeof fn !== 'function') return undefined as ReturnType<F>;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
    const parent = (rest.length > 2 ? (rest[1] as Context | undefined) : undefined) ?? contextApi.active();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(contextWith(span, parent), fn, undefined, span);
  }

  private start(name: string, options: SpanOptions, given: Context): Span {
    const context = options.root ? trace.deleteSpan(given) : given;
    if (isTracingSuppressed(context)) return SUPPRESSED;
    const { pipeline } = this;
    const { ids, ownIds, samplerFollowsLocalParent } = pipeline;
    const parentSpan = trace.getSpan(context);
    if (parentSpan instanceof NotRecordedSpan && samplerFollowsLocalParent && ownIds) {
      pipeline.counts.started(ParentOrigin.local, Sampling.drop);
      return new NotRecordedSpan(parentSpan.traceId, parentSpan.traceState, ids);
    }
    const parent = parentSpan === undefined ? undefined : validContextOf(parentSpan);
    // Users' generators are asked at once, and in the order in which the official tracer asks them.
    const spanId = ownIds ? undefined : ids.generateSpanId();
    const traceId = parent === undefined ? ids.generateTraceId() : parent.traceId;
    const text = spanName(name);
    const kind = options.kind ?? SpanKind.INTERNAL;

    let sampling: SamplingResult;
    let early: CleanAttributes | undefined;
    let links: Link[] | undefined;
    if (samplerFollowsLocalParent && parent !== undefined && parent.isRemote !== true) {
      if ((parent.traceFlags & TraceFlags.SAMPLED) !== 0) sampling = RECORD;
      else if (pipeline.samplerRecordsUnsampled && parentSpan instanceof RecordedSpan) {
        sampling = RECORD_UNSAMPLED;
      } else sampling = DROP;
    } else if (parent === undefined && pipeline.samplerKeepsRoots) {
      sampling = RECORD;
    } else if (pipeline.samplerReadsAttributes) {
      early = clean(options.attributes, Infinity, Infinity);
      links = cleanLinks(options.links, pipeline.limits) ?? [];
      sampling = pipeline.sampler.shouldSample(context, traceId, text, kind, early.attributes, [...links]);
    } else {
      sampling = pipeline.sampler.shouldSample(context, traceId, text, kind, {}, []);
    }

    const { decision } = sampling;
    pipeline.counts.started(originOf(parent), SAMPLING[decision] ?? Sampling.drop);
    const traceState = sampling.traceState ?? parent?.traceState;
    if (decision === SamplingDecision.NOT_RECORD) {
      if (spanId === undefined) return new NotRecordedSpan(traceId, traceState, ids);
      return trace.wrapSpanContext(spanContextOf(traceId, spanId, TraceFlags.NONE, traceState));
    }
    const attributes = this.attributesOf(options, sampling, early);
    const flags = decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const now = performance.now();
    const span = new RecordedSpan(
      {
        name: text,
        kind,
        spanContext: spanContextOf(traceId, spanId ?? ids.generateSpanId(), flags, traceState),
        parentSpanContext: parent,
        attributes: attributes.attributes,
        attributesCount: attributes.count,
        droppedAttributesCount: attributes.droppedAttributesCount,
        links: links ?? cleanLinks(options.links, pipeline.limits),
        startTime: options.startTime,
        now,
        anchor:
          parentSpan instanceof RecordedSpan ? anchorOfChild(parentSpan.anchor, now) : anchorOfRoot(now),
      },
      this.instrumentationScope,
      pipeline,
    );
    if (early === undefined && isShared(options.attributes)) span.setAttributes(options.attributes);
    pipeline.processor.onStart(span, context);
    return span;
  }

  /** The attributes of the options and those the sampler adds, within the limits. Shared ones are left for the span. */
  private attributesOf(
    options: SpanOptions,
    sampling: SamplingResult,
    early: CleanAttributes | undefined,
  ): CleanAttributes {
    const { attributeCountLimit, attributeValueLengthLimit } = this.pipeline.limits;
    if (early === undefined) {
      if (isShared(options.attributes)) return { attributes: {}, count: 0, droppedAttributesCount: 0 };
      return clean(options.attributes, attributeCountLimit, attributeValueLengthLimit);
    }
    const { attributes: added } = sampling;
    const fits = early.count <= attributeCountLimit && attributeValueLengthLimit === Infinity;
    if (added === undefined && fits) return early;
    const all = clean({ ...early.attributes, ...added }, attributeCountLimit, attributeValueLengthLimit);
    return {
      ...all,
      droppedAttributesCount: early.droppedAttributesCount + all.droppedAttributesCount,
    };
  }
}

/** A parent that is no context is left behind; the function has to run all the same. */
function contextWith(span: Span, parent: Context): Context {
  try {
    return trace.setSpan(parent, span);
  } catch (error) {
    diag.error(`A context could not be used: ${reasonOf(error)}`);
    return trace.setSpan(ROOT_CONTEXT, span);
  }
}

function isShared(attributes: Attributes | undefined): attributes is Attributes {
  return typeof attributes === 'object' && attributes !== null && sharedKeys(attributes) !== undefined;
}

function originOf(parent: SpanContext | undefined): ParentOriginIndex {
  if (parent === undefined) return ParentOrigin.none;
  return parent.isRemote === true ? ParentOrigin.remote : ParentOrigin.local;
}

function clean(attributes: Attributes | undefined, maxCount: number, maxLength: number): CleanAttributes {
  if (typeof attributes !== 'object' || attributes === null) {
    return { attributes: {}, count: 0, droppedAttributesCount: 0 };
  }
  return cleanAttributes(attributes, maxCount, maxLength, cleanValue);
}

function validContextOf(span: Span): SpanContext | undefined {
  const context = span.spanContext();
  return (span instanceof RecordedSpan && span.hasOwnIds) || isSpanContextValid(context)
    ? context
    : undefined;
}
