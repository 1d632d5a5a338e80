import {
  ProxyTracerProvider,
  type MeterProvider,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { meterProvider, registerMeterProvider } from '../metrics/global.meter-provider.js';
import { setRuntimeOverrides, type MeterTraits, type RuntimeTraits } from '../sdk/runtime-overrides.js';
import { observeWarnings } from '../telemetry.warnings.js';
import {
  provideContext,
  registeredTracerProvider,
  replaceTracerProvider,
  unregisterTraces,
} from './api-globals.js';
import { DelegatingTracerProvider } from './delegating-tracer.provider.js';
import { FanOutMeterProvider } from './fan-out.meter-provider.js';
import type { RecordedWarning } from './recorded-warning.js';
import { noteStart } from './start-order.js';

/** A recorder as the hub sees it. */
export interface Recording {
  /** Makes spans while no application runs an SDK of its own. */
  readonly tracerProvider: TracerProvider;
  readonly propagator: TextMapPropagator;
  /** Takes all measurements; a new one after each {@link Recording.renewMetrics}. */
  readonly meterProvider: MeterProvider;
  /** @param traits - of the application; `undefined` where there is none */
  renewMetrics(traits: MeterTraits | undefined): void;
  /** As {@link Recording.renewMetrics}, if the application measures in another way than was recorded so far. */
  followMetrics(traits: MeterTraits): void;
  spanStarted(span: Span): void;
  spanEnded(span: ReadableSpan): void;
  lineWritten(line: string): void;
  warningGiven(warning: RecordedWarning): void;
}

/** What a runtime registered, while it runs. */
interface InstalledRuntime {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly traits: RuntimeTraits;
}

interface Registered {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
}

const NOOP_TRACER_PROVIDER = new ProxyTracerProvider().getDelegate();

/**
 * Stands between the OpenTelemetry API, the recorders and the applications under test. There is one per process
 * (per module registry, in test runners that have several), for what it hands out outlives every recorder: while no
 * recorder runs it has registered nothing.
 *
 * An application starts its own SDK as it does in production, with its sampler, processors and resource; only the
 * far end is ours. Its providers then sit behind the hub's, so that spans of tracers from before, between and after
 * applications arrive as well.
 */
class RecordingHub {
  private readonly recordings = new Set<Recording>();
  private readonly runtimes: InstalledRuntime[] = [];
  private readonly tracerProvider = new DelegatingTracerProvider(() => this.currentTracerProvider());
  private readonly propagator: TextMapPropagator = {
    inject: (...args) => this.newest?.propagator.inject(...args),
    extract: (received, ...args) => this.newest?.propagator.extract(received, ...args) ?? received,
    fields: () => this.newest?.propagator.fields() ?? [],
  };
  private before: Registered | undefined;
  private withdrawContext = (): void => undefined;
  private ignoreWarnings = (): void => undefined;

  /** The far end of every span pipeline. A shutdown does not concern it: the next recorder uses it again. */
  readonly spanProcessor: SpanProcessor = {
    onStart: (span) => {
      noteStart(span.spanContext());
      for (const recording of this.recordings) recording.spanStarted(span);
    },
    onEnd: (span) => {
      for (const recording of this.recordings) recording.spanEnded(span);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };

  enter(recording: Recording): void {
    const first = this.recordings.size === 0;
    this.recordings.add(recording);
    if (first) {
      registerMeterProvider();
      const tracerProvider = registeredTracerProvider();
      if (this.runtimes.length === 0)
        this.before = { tracerProvider, meterProvider: meterProvider.getDelegate() };
      this.takeSeats();
      this.ignoreWarnings = observeWarnings((code, message) => {
        for (const each of this.recordings) each.warningGiven({ code, message });
      });
      setRuntimeOverrides({
        spanProcessors: [this.spanProcessor],
        // Measurements arrive through the API; see refreshMetrics().
        metricReaders: [],
        lineWriter: (line) => {
          for (const each of this.recordings) each.lineWritten(line);
        },
        install: (register, traits) => this.install(register, traits),
      });
    }
    recording.renewMetrics(this.runtimes.at(-1)?.traits.meters);
    this.refreshMetrics();
  }

  leave(recording: Recording): void {
    if (!this.recordings.delete(recording)) return;
    if (this.recordings.size > 0) {
      this.refreshMetrics();
      return;
    }
    setRuntimeOverrides(undefined);
    this.ignoreWarnings();
    const behind = this.runtimes.at(-1) ?? this.before;
    if (registeredTracerProvider() === this.tracerProvider) replaceTracerProvider(behind?.tracerProvider);
    meterProvider.setDelegate(behind?.meterProvider);
    this.withdrawContext();
    this.withdrawContext = () => undefined;
    this.before = undefined;
  }

  /** Forgets what a recorder measured so far. */
  renewMetrics(recording: Recording): void {
    recording.renewMetrics(this.runtimes.at(-1)?.traits.meters);
    this.refreshMetrics();
  }

  /** See `installGlobals()` in `sdk/runtime-overrides.ts`. */
  private install(register: () => void, traits: RuntimeTraits = {}): () => void {
    this.withdrawContext();
    unregisterTraces();
    meterProvider.setDelegate(undefined);
    let runtime: InstalledRuntime;
    try {
      register();
      runtime = {
        tracerProvider: registeredTracerProvider(),
        meterProvider: meterProvider.getDelegate(),
        traits,
      };
      this.runtimes.push(runtime);
      if (traits.meters) for (const recording of this.recordings) recording.followMetrics(traits.meters);
    } finally {
      this.takeSeats();
      this.refreshMetrics();
    }
    return () => this.uninstall(runtime);
  }

  private uninstall(runtime: InstalledRuntime): void {
    const index = this.runtimes.indexOf(runtime);
    if (index < 0) return;
    this.runtimes.splice(index, 1);
    if (this.recordings.size === 0) return;
    this.takeSeats();
    this.refreshMetrics();
  }

  /** Puts the hub in front of whatever is registered, and adds what is missing. */
  private takeSeats(): void {
    replaceTracerProvider(this.tracerProvider);
    const withdrawEarlier = this.withdrawContext;
    const withdraw = provideContext(
      () => new AsyncLocalStorageContextManager(),
      () => this.propagator,
    );
    this.withdrawContext = () => {
      withdrawEarlier();
      withdraw();
    };
  }

  private refreshMetrics(): void {
    const runtime = this.runtimes.at(-1);
    const measured = runtime?.traits.metrics === false ? [] : [...this.recordings];
    const receivers = [
      ...(runtime?.meterProvider ? [runtime.meterProvider] : []),
      ...measured.map((recording) => recording.meterProvider),
    ];
    meterProvider.setDelegate(receivers.length === 1 ? receivers[0] : new FanOutMeterProvider(receivers));
  }

  private get newest(): Recording | undefined {
    return [...this.recordings].at(-1);
  }

  private currentTracerProvider(): TracerProvider {
    const runtime = this.runtimes.at(-1);
    if (runtime) return runtime.tracerProvider ?? NOOP_TRACER_PROVIDER;
    if (this.newest) return this.newest.tracerProvider;
    // Tracers of a past recorder follow whatever came after it.
    const registered = registeredTracerProvider();
    return registered && registered !== this.tracerProvider ? registered : NOOP_TRACER_PROVIDER;
  }
}

export const recordingHub = new RecordingHub();
