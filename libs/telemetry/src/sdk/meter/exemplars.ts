import { type Context, context as contextApi, trace, TraceFlags } from '@opentelemetry/api';
import { Exemplar } from '../../metrics/exemplar.js';

/**
 * The measurement as an exemplar, if it was made in a trace that is recorded. A span that is not recorded is not asked
 * for its id: most never make one.
 */
export function exemplarOf(value: number, context: Context | undefined): Exemplar | undefined {
  const span = trace.getSpan(context ?? contextApi.active());
  if (span === undefined || !span.isRecording()) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  if ((traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return new Exemplar(value, traceId, spanId, Date.now());
}
