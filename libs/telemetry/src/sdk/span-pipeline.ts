import type { ResolvedOptions } from '../config/resolved-options.js';
import { BaggageSpanProcessor } from '../processors/baggage.span-processor.js';
import { GuardSpanProcessor } from '../processors/guard.span-processor.js';
import type { Connections } from './connections.js';
import { createExportProcessors } from './export-processors.js';
import type { TelemetryHealth } from './health/telemetry.health.js';
import type { RuntimeOverrides } from './runtime-overrides.js';

/** What a span passes on its way out: baggage attributes, the user's processors, exporters. */
export function createSpanPipeline(
  options: ResolvedOptions,
  connections: Connections,
  overrides: RuntimeOverrides | undefined,
  health: TelemetryHealth,
): GuardSpanProcessor {
  const { baggageAttributes } = options.propagation;
  const exporting = overrides?.spanProcessors ?? createExportProcessors(options, connections, health);
  return new GuardSpanProcessor(
    [
      ...(baggageAttributes.length > 0 ? [new BaggageSpanProcessor(baggageAttributes)] : []),
      ...options.traces.processors,
      ...exporting,
    ],
    new Set(exporting),
  );
}
