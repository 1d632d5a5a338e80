import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { TelemetryError } from '../telemetry.errors.js';

const SELECTORS = [
  'instrumentName',
  'instrumentType',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
] as const satisfies readonly (keyof ViewOptions)[];

/**
 * Checks what the types of a view allow, and no view can do.
 * @throws TelemetryError `NT_OPTION_INVALID` for a view that selects nothing, or gives one name to many metrics
 */
export function checkViews(views: readonly ViewOptions[]): void {
  for (const [index, view] of views.entries()) {
    const path = `metrics.views[${index}]`;
    if (SELECTORS.every((selector) => view[selector] == null))
      throw invalid(path, 'a view without a selector', `a view with one of ${SELECTORS.join(', ')}`);
    if (view.name != null && (view.instrumentName == null || view.instrumentName.includes('*')))
      throw invalid(`${path}.name`, JSON.stringify(view.name), 'a name beside an instrumentName without *');
  }
}

function invalid(path: string, value: string, allowed: string): TelemetryError {
  return new TelemetryError('NT_OPTION_INVALID', { path, value, allowed });
}
