import { context, propagation, trace } from '@opentelemetry/api';
import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';

/** Where every copy of the OpenTelemetry API 1.x in a process keeps what was registered. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');

interface Registry {
  readonly trace?: unknown;
  readonly context?: unknown;
  readonly propagation?: unknown;
}

/** The API's own proxy: replacing its delegate also reaches tracers that were handed out but never used. */
interface TracerProxy extends TracerProvider {
  getDelegate(): TracerProvider;
  setDelegate(delegate: TracerProvider): void;
}

function registry(): Registry {
  return (globalThis as { [REGISTRY]?: Registry })[REGISTRY] ?? {};
}

function isProxy(provider: TracerProvider): provider is TracerProxy {
  return 'setDelegate' in provider && 'getDelegate' in provider;
}

/** The registered tracer provider behind the API's proxy. */
export function registeredTracerProvider(): TracerProvider | undefined {
  if (!registry().trace) return undefined;
  const provider = trace.getTracerProvider();
  return isProxy(provider) ? provider.getDelegate() : provider;
}

/** Registers a tracer provider in the place of whatever is registered; `undefined` leaves none. */
export function replaceTracerProvider(provider: TracerProvider | undefined): void {
  const current = trace.getTracerProvider();
  if (!provider) trace.disable();
  else if (registry().trace && isProxy(current)) current.setDelegate(provider);
  else trace.setGlobalTracerProvider(provider);
}

/** Registers what is missing for context to travel. Returns how to take exactly that out again. */
export function provideContext(
  manager: () => ContextManager,
  propagator: () => TextMapPropagator,
): () => void {
  const undo: (() => void)[] = [];
  if (!registry().context) {
    const own = manager().enable();
    context.setGlobalContextManager(own);
    undo.push(() => {
      if (registry().context === own) context.disable();
    });
  }
  if (!registry().propagation) {
    const own = propagator();
    propagation.setGlobalPropagator(own);
    undo.push(() => {
      if (registry().propagation === own) propagation.disable();
    });
  }
  return () => {
    for (const step of undo) step();
  };
}

/** Makes room for an SDK to register its own. */
export function unregisterTraces(): void {
  trace.disable();
  propagation.disable();
  if (registry().context) context.disable();
}
