import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { AlwaysOnSampler, type IdGenerator, type Sampler, type SpanLimits } from '@opentelemetry/sdk-trace';
import type { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { SpanCounts } from '../health/span.counts.js';
import { LeanTracer } from './lean.tracer.js';
import { GuardedIds, RandomIds } from './random.ids.js';
import { ParentFollowingSampler, readsAttributes } from './sampler-traits.js';
import { resolveSpanLimits } from './span-limits.js';
import type { TracePipeline } from './trace-pipeline.js';

/** As for the official provider, but for the processors: they come guarded, for nothing else stops what they throw. */
export interface LeanTracerProviderOptions {
  readonly resource: Resource;
  readonly spanProcessor: GuardSpanProcessor;
  /** @defaultValue follows the parent, and records every trace that begins here */
  readonly sampler?: Sampler | undefined;
  readonly spanLimits?: SpanLimits | undefined;
  /** @defaultValue random ids */
  readonly idGenerator?: IdGenerator | undefined;
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

  constructor({ resource, spanProcessor, sampler, spanLimits, idGenerator }: LeanTracerProviderOptions) {
    const chosen = sampler ?? new ParentFollowingSampler(new AlwaysOnSampler());
    this.#pipeline = {
      resource,
      sampler: chosen,
      samplerFollowsLocalParent: chosen instanceof ParentFollowingSampler,
      samplerKeepsRoots: chosen instanceof ParentFollowingSampler && chosen.keepsRoots,
      samplerReadsAttributes: readsAttributes(chosen),
      processor: spanProcessor,
      limits: resolveSpanLimits(spanLimits ?? {}),
      ids: idGenerator === undefined ? new RandomIds() : new GuardedIds(idGenerator),
      ownIds: idGenerator === undefined,
      counts: new SpanCounts(),
    };
  }

  /** How many spans were started, and how many of them are open. */
  get counts(): SpanCounts {
    return this.#pipeline.counts;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const schemaUrl = options?.schemaUrl;
    const latest = this.#latest?.instrumentationScope;
    if (
      this.#latest &&
      latest?.name === name &&
      latest.version === version &&
      latest.schemaUrl === schemaUrl
    ) {
      return this.#latest;
    }
    const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`;
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      const scope = {
        name: typeof name === 'string' ? name : '',
        version,
        schemaUrl,
      } as InstrumentationScope;
      tracer = new LeanTracer(scope, this.#pipeline);
      this.#tracers.set(key, tracer);
    }
    this.#latest = tracer;
    return tracer;
  }

  /** Asks every processor to hand on what it holds. Never rejects. */
  forceFlush(): Promise<void> {
    return this.#pipeline.processor.forceFlush();
  }

  /** Shuts the processors down. Never rejects. Spans that are started later are recorded and go nowhere. */
  shutdown(): Promise<void> {
    return this.#pipeline.processor.shutdown();
  }
}
