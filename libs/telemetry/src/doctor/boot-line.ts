import type { ResolvedOptions } from '../config/resolved-options.js';
import { extensionName } from '../telemetry.warnings.js';

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
      /** How telemetry waits for its delivery over OTLP; undefined when nothing is sent over it. */
      readonly delivery: string | undefined;
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

/** Where a signal goes. */
interface ExporterReport {
  readonly exporters: readonly (string | object)[];
  readonly otlpTarget: string;
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
    ...(ours && ours.options.logs.enabled && ours.options.logs.exporters.length > 0
      ? [`logs → ${describeExporters(ours.options.logs)}`]
      : []),
    ...(ours?.delivery === undefined ? [] : [`delivery → ${ours.delivery}`]),
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
  const { sampler, sampling, choices } = traces;
  const how = [
    ...(sampler === undefined && sampling.root === 'ratio' ? [`ratio ${sampling.ratio}`] : []),
    ...(choices.keep === undefined
      ? []
      : [`keeps ${choices.keep.errors ? 'errors' : 'what traces.keep says'}`]),
  ];
  return describeExporters(traces) + (how.length > 0 ? ` (${how.join(', ')})` : '');
}

function describeExporters({ exporters, otlpTarget }: ExporterReport): string {
  return exporters
    .map((exporter) => {
      if (typeof exporter === 'object') return extensionName(exporter, 'exporter');
      return exporter === 'otlp' ? `otlp ${otlpTarget}` : exporter;
    })
    .join(' + ');
}

function describeMetrics({ metrics }: ResolvedOptions, { metricsAt }: BootReport): string {
  if (!metrics.enabled) return 'off';
  const destinations = [
    ...(metricsAt === undefined ? [] : [metricsAt]),
    ...metrics.exporters.map((name) => (name === 'otlp' ? `otlp ${metrics.otlpTarget}` : name)),
  ];
  return destinations.length > 0 ? destinations.join(' + ') : 'nowhere';
}
