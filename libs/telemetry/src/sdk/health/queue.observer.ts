import {
  type Attributes,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  type Observable,
  type ObservableCallback,
} from '@opentelemetry/api';
import { ERROR_TYPE } from '../../semconv.js';
import type { QueueHealth } from './export.health.js';

/**
 * What the official batch processor tells of itself, which only it knows. It is no meter provider to be measured with: what
 * it says once, when it is made, a real one that starts later or again would miss.
 */
export function queueObserver(queue: QueueHealth): MeterProvider {
  const meter: Meter = createNoopMeter();
  meter.createCounter = () => ({
    add(spans: number, attributes?: Attributes): void {
      if (attributes?.[ERROR_TYPE] === 'queue_full') queue.dropped += spans;
      else queue.processed += spans;
    },
  });
  meter.createObservableUpDownCounter = (): Observable => ({
    addCallback(callback: ObservableCallback): void {
      queue.measure = () => {
        let size = 0;
        void callback({ observe: (value) => (size = value) });
        return size;
      };
    },
    removeCallback(): void {
      queue.measure = undefined;
    },
  });
  return { getMeter: () => meter };
}
