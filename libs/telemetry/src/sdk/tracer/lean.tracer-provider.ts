import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { AlwaysOnSampler, type IdGenerator, type Sampler, type SpanLimits } from '@opentelemetry/sdk-trace';
import type { ResolvedHygieneOptions } from '../../config/resolved-options.js';
import type { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { holdingProcess } from '../deadline.js';
import { SpanCounts } from '../health/span.counts.js';
import { LeanTracer } from './lean.tracer.js';
import { LiveSpans } from './live.spans.js';
import { GuardedIds, RandomIds } from './random.ids.js';
import { SafeSampler } from './safe.sampler.js';
import {
  followsLocalParent,
  keepsRoots,
  ParentFollowingSampler,
  readsAttributes,
  recordsUnsampled,
} from './sampler-traits.js';
import { resolveSpanLimits } from './span-limits.js';
import type { TracePipeline } from './trace-pipeline.js';

/** Names in use are few; a bound, should an application make them up. */
const MAX_TRACERS = 1000;

/** As for the official provider, but for the processors: they come guarded, for nothing else stops what they throw. */
export interface LeanTracerProviderOptions {
  readonly resource: Resource;
  readonly spanProcessor: GuardSpanProcessor;
  /** @defaultValue follows the parent, and records every trace that begins here */
  readonly sampler?: Sampler | undefined;
  readonly spanLimits?: SpanLimits | undefined;
  /** @defaultValue random ids */
  readonly idGenerator?: IdGenerator | undefined;
  /** How spans that are never ended are looked for. @defaultValue they are not */
  readonly hygiene?: ResolvedHygieneOptions | undefined;
}

/**
 * Makes tracers of our own span object, because the official one costs a request several times what the rest of its
 * telemetry does (docs/adr/0007). Samplers, processors, exporters and id generators are the official interfaces.
 */
export class LeanTracerProvider implements TracerProvider {
  readonly #pipeline: TracePipeline;
  readonly #tracers = new Map<string, LeanTracer>();
  // Nearly every call is for the tracer of this library.
  #latest: LeanTracer | undefined;

  constructor({
    resource,
    spanProcessor,
    sampler,
    spanLimits,
    idGenerator,
    hygiene,
  }: LeanTracerProviderOptions) {
    const chosen = sampler ?? new ParentFollowingSampler(new AlwaysOnSampler());
    const asks = readsAttributes(chosen);
    this.#pipeline = {
      resource,
      // The official samplers, which look at no attributes, need nobody to look after them.
      sampler: asks ? new SafeSampler(chosen) : chosen,
      samplerFollowsLocalParent: followsLocalParent(chosen),
      samplerKeepsRoots: keepsRoots(chosen),
      samplerRecordsUnsampled: recordsUnsampled(chosen),
      samplerReadsAttributes: asks,
      processor: spanProcessor,
      limits: resolveSpanLimits(spanLimits ?? {}),
      ids: idGenerator === undefined ? new RandomIds() : new GuardedIds(idGenerator),
      ownIds: idGenerator === undefined,
      live: hygiene && new LiveSpans(hygiene),
      counts: new SpanCounts(),
    };
    this.#pipeline.live?.start();
  }

  /** The spans that are open, if anybody looks for those that are never ended. */
  get live(): LiveSpans | undefined {
    return this.#pipeline.live;
  }

  /** How many spans were started, and how many of them are open. */
  get counts(): SpanCounts {
    return this.#pipeline.counts;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const schemaUrl = schemaUrlOf(options);
    const latest = this.#latest?.instrumentationScope;
    if (
      this.#latest &&
      latest?.name === name &&
      latest.version === version &&
      latest.schemaUrl === schemaUrl
    ) {
      return this.#latest;
    }
    const key = `${textOf(name)}@${textOf(version)}:${schemaUrl ?? ''}`;
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      const scope = {
        name: textOf(name),
        version: typeof version === 'string' ? version : undefined,
        schemaUrl,
      } as InstrumentationScope;
      tracer = new LeanTracer(scope, this.#pipeline);
      if (this.#tracers.size < MAX_TRACERS) this.#tracers.set(key, tracer);
    }
    this.#latest = tracer;
    return tracer;
  }

  /** Asks every processor to hand on what it holds. Never rejects. */
  forceFlush(): Promise<void> {
    return holdingProcess(this.#pipeline.processor.forceFlush());
  }

  /** Shuts the processors down. Never rejects. Spans that are started later are recorded and go nowhere. */
  shutdown(): Promise<void> {
    this.#pipeline.live?.stop();
    return this.#pipeline.processor.shutdown();
  }
}

/** Callers in JavaScript name tracers with anything, also with what has no text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function schemaUrlOf(options: TracerOptions | undefined): string | undefined {
  try {
    const schemaUrl: unknown = options?.schemaUrl;
    return typeof schemaUrl === 'string' ? schemaUrl : undefined;
  } catch {
    return undefined;
  }
}
