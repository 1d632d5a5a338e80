import { BaggageSpanProcessor } from '../processors/baggage.span-processor.js';
import { GuardSpanProcessor } from '../processors/guard.span-processor.js';
import { RedactingSpanProcessor } from '../processors/redacting.span-processor.js';
import { currentRedactor } from '../processors/redaction/current.redactor.js';
import { SafeSpanProcessor } from '../processors/safe.span-processor.js';
import { createExportProcessors, type ExportSurroundings } from './export-processors.js';
import type { RuntimeOverrides } from './runtime-overrides.js';

/** What a span passes on its way out: baggage attributes, redaction, the user's processors, exporters. */
export function createSpanPipeline(
  surroundings: ExportSurroundings,
  overrides: RuntimeOverrides | undefined,
): GuardSpanProcessor {
  const { options } = surroundings;
  const { baggageAttributes } = options.propagation;
  const exporting = overrides?.spanProcessors ?? createExportProcessors(surroundings);
  // Whatever looks at a span that has ended may keep or send it, so all of it comes after the redaction.
  const processors = options.traces.processors.map((processor) => new SafeSpanProcessor(processor));
  const leaving = new GuardSpanProcessor([...processors, ...exporting], new Set(exporting));
  return new GuardSpanProcessor([
    ...(baggageAttributes.length > 0 ? [new BaggageSpanProcessor(baggageAttributes)] : []),
    new RedactingSpanProcessor(leaving, currentRedactor),
  ]);
}
