import type { ResolvedOptions } from '../config/resolved-options.js';

/** A hook and what came of it. */
export interface HookReport {
  readonly name: string;
  /** Why it is not listening; `undefined` when it is. */
  readonly off: string | undefined;
}

/** Whose SDK it is and what it was started with. */
type SdkReport =
  | {
      readonly owner: 'nest-telemetry';
      readonly options: ResolvedOptions;
      readonly starter: string;
      /** Options that came too late. */
      readonly late: readonly string[];
      /** Contrib instrumentations that are loaded. */
      readonly instrumentations: readonly string[];
    }
  | { readonly owner: 'somebody else' };

/** What the boot line is made from. */
export interface BootReport {
  readonly options: ResolvedOptions;
  readonly hooks: readonly HookReport[];
  /** Where metrics are served, e.g. `/metrics` or `http://127.0.0.1:9464/metrics`. */
  readonly metricsAt: string | undefined;
  /** Why Nest's logger does not write through ours; `undefined` when it does. */
  readonly loggerOff: string | undefined;
  /** Absent while telemetry is disabled. */
  readonly sdk: SdkReport | undefined;
  /** Path of the bad option that telemetry is off for. */
  readonly badOptions: string | undefined;
}

const FOREIGN = 'another OpenTelemetry SDK';

/** One line that says what is on, where it goes, and what is off and why. */
export function describeBoot(report: BootReport): string {
  const { options, sdk } = report;
  if (report.badOptions !== undefined)
    return `off (option ${report.badOptions} is bad, and failFast is false)`;
  if (!options.enabled || sdk === undefined) return 'off (enabled is false, or OTEL_SDK_DISABLED is set)';
  const ours = sdk.owner === 'nest-telemetry' ? sdk : undefined;
  const on = [
    ...report.hooks.filter(({ off }) => off === undefined).map(({ name }) => name),
    ...(ours?.instrumentations ?? []),
  ];
  const off = [
    ...report.hooks.flatMap(({ name, off: reason }) => (reason === undefined ? [] : [`${name} (${reason})`])),
    ...(report.loggerOff === undefined ? [] : [`log lines (${report.loggerOff})`]),
  ];
  return [
    `${(ours?.options ?? options).serviceName}: traces → ${ours ? describeTraces(ours.options) : FOREIGN}`,
    `metrics → ${ours ? describeMetrics(ours.options, report) : FOREIGN}`,
    `on: ${on.join(', ')}`,
    ...(off.length > 0 ? [`off: ${off.join(', ')}`] : []),
    ...(ours && ours.late.length > 0
      ? [`too late for the SDK, which ${ours.starter} started: ${ours.late.join(', ')}`]
      : []),
  ].join('; ');
}

function describeTraces({ traces }: ResolvedOptions): string {
  if (!traces.enabled) return 'off';
  if (traces.exporters.length === 0) return 'nowhere (no endpoint configured)';
  const destinations = traces.exporters.map((exporter) => {
    if (typeof exporter === 'object') return exporter.constructor.name;
    return exporter === 'otlp' ? `otlp ${traces.otlpTarget}` : exporter;
  });
  const { sampler, sampling } = traces;
  const share = sampler === undefined && sampling.root === 'ratio' ? ` (ratio ${sampling.ratio})` : '';
  return destinations.join(' + ') + share;
}

function describeMetrics({ metrics }: ResolvedOptions, { metricsAt }: BootReport): string {
  if (!metrics.enabled) return 'off';
  const destinations = [
    ...(metricsAt === undefined ? [] : [metricsAt]),
    ...metrics.exporters.map((name) => (name === 'otlp' ? `otlp ${metrics.otlpTarget}` : name)),
  ];
  return destinations.length > 0 ? destinations.join(' + ') : 'nowhere';
}
