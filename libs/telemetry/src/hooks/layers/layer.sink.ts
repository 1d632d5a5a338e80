import { context, trace, type Attributes } from '@opentelemetry/api';
import { activeObservation } from '../server-observation.js';
import { layerDetail } from './layer.detail.js';

/** Who takes what is told of the layers: the span of the handler. */
export interface LayerSink {
  addEvent(name: string, attributes: Attributes): unknown;
}

/**
 * The span that a handler and what surrounds it run in: of a request, a message, a resolver. Undefined when it is not
 * recorded, and then nothing else has to be done.
 */
export function layerSink(): LayerSink | undefined {
  // Handlers keep the filters they were put together with, also when nobody wants to hear of them any more.
  if (layerDetail() === 'off') return undefined;
  const span = trace.getSpan(context.active());
  if (span === undefined || !span.isRecording()) return undefined;
  const observation = activeObservation();
  return observation?.holds(span) === true ? observation : span;
}
