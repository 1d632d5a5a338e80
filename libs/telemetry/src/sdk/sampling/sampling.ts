import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../../config/resolved-options.js';
import { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { ErrorRateSpanProcessor } from '../../processors/sampling/error-rate.span-processor.js';
import { ErrorRates } from '../../processors/sampling/error.rates.js';
import { KeepPolicy } from '../../processors/sampling/keep.policy.js';
import { TailSpanProcessor } from '../../processors/sampling/tail.span-processor.js';
import { keepExchange } from '../../propagation/keep.exchange.js';
import type { TelemetryHealth } from '../health/telemetry.health.js';
import { createSampler } from './create.sampler.js';

const monotonicMillis = (): number => performance.now();

/** Which spans are recorded and sent: a sampler for when they start, and what has to be known of their ends. */
export class Sampling {
  readonly sampler: Sampler;
  readonly #errorRates: ErrorRates | undefined;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly health: TelemetryHealth,
  ) {
    const { sampling, choices, sampler } = options.traces;
    if (choices.errorRate !== undefined && sampler === undefined) {
      const minRatio = sampling.root === 'off' ? 0 : sampling.ratio;
      this.#errorRates = new ErrorRates({ minRatio, ...choices.errorRate }, monotonicMillis);
    }
    this.sampler = createSampler(options, this.#errorRates);
  }

  /** The way of a span, with the steps in front of it that sampling needs. */
  inFrontOf(pipeline: GuardSpanProcessor): GuardSpanProcessor {
    const { keep } = this.options.traces.choices;
    if (keep === undefined && this.#errorRates === undefined) return pipeline;
    const steps: SpanProcessor[] = [];
    if (this.#errorRates !== undefined) steps.push(new ErrorRateSpanProcessor(this.#errorRates));
    steps.push(keep === undefined ? pipeline : this.#tail(pipeline, keep));
    return new GuardSpanProcessor(steps);
  }

  #tail(
    next: SpanProcessor,
    keep: NonNullable<ResolvedOptions['traces']['choices']['keep']>,
  ): TailSpanProcessor {
    const tail: TailSpanProcessor = new TailSpanProcessor({
      next,
      policy: new KeepPolicy(keep),
      limits: keep.limits,
      holdMillis: keep.holdMillis,
      onSettled: (traceId, isWorthKeeping) => keepExchange.settled(traceId, isWorthKeeping),
      onShutdown: () => {
        process.removeListener('exit', settle);
        keepExchange.withdraw(tail);
      },
      now: monotonicMillis,
    });
    // A process that just ends gives nobody time to shut down, but what writes at once still can. It comes after us.
    const settle = (): void => tail.settle();
    process.prependListener('exit', settle);
    this.health.samples(tail.counts);
    keepExchange.serve(tail, keep.holdMillis);
    return tail;
  }
}
