import { context, propagation, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { meterProvider } from '../metrics/global.meter-provider.js';
import { installGlobals, runtimeOverrides } from '../sdk/runtime-overrides.js';

/** The steps of the module's runtime as far as they concern the recorder, with a real SDK. */
export function startRuntime(
  serviceName: string,
  options: { processors?: SpanProcessor[]; sampler?: Sampler; views?: ViewOptions[]; metrics?: boolean } = {},
) {
  const overrides = runtimeOverrides();
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    spanProcessors: [...(options.processors ?? []), ...(overrides?.spanProcessors ?? [])],
    metricReaders: [],
    logRecordProcessors: [],
    ...(options.sampler && { sampler: options.sampler }),
  });
  const meters = new MeterProvider({ resource, readers: overrides?.metricReaders ?? [] });
  const leave = installGlobals(
    () => {
      sdk.start();
      meterProvider.setDelegate(meters);
    },
    { views: options.views ?? [], metrics: options.metrics ?? true },
  );
  return {
    stop: async () => {
      await sdk.shutdown();
      await meters.shutdown();
      meterProvider.setDelegate(undefined);
      trace.disable();
      propagation.disable();
      context.disable();
      leave();
    },
  };
}
