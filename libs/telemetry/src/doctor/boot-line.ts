import type { ResolvedOptions } from '../config/resolved-options.js';

/** A hook and what came of it. */
export interface HookReport {
  readonly name: string;
  /** Why it is not listening; `undefined` when it is. */
  readonly off: string | undefined;
}

/** Whose SDK it is and what it was started with. */
export type SdkReport =
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
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hooks: readonly HookReport[];
  /** Where metrics are served, e.g. `/metrics` or `http://127.0.0.1:9464/metrics`. */
  readonly metricsAt: string | undefined;
  /** Why Nest's logger does not write through ours; `undefined` when it does. */
  readonly loggerOff: string | undefined;
  /** Absent while telemetry is disabled. */
  readonly sdk: SdkReport | undefined;
}

const FOREIGN = 'another OpenTelemetry SDK';

/** One line that says what is on, where it goes, and what is off and why. */
export function describeBoot(report: BootReport): string {
  const { options, sdk } = report;
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
    `${(ours?.options ?? options).serviceName}: traces → ${ours ? describeTraces(ours.options, report) : FOREIGN}`,
    `metrics → ${ours ? describeMetrics(ours.options, report) : FOREIGN}`,
    `on: ${on.join(', ')}`,
    ...(off.length > 0 ? [`off: ${off.join(', ')}`] : []),
    ...(ours && ours.late.length > 0
      ? [`too late for the SDK, which ${ours.starter} started: ${ours.late.join(', ')}`]
      : []),
  ].join('; ');
}

function describeTraces({ traces, otlp }: ResolvedOptions, { env }: BootReport): string {
  if (!traces.enabled) return 'off';
  if (traces.exporters.length === 0) return 'nowhere (no endpoint configured)';
  const destinations = traces.exporters.map((exporter) => {
    if (typeof exporter === 'object') return exporter.constructor.name;
    return exporter === 'otlp'
      ? `otlp ${traces.protocol} ${endpoint(otlp.endpoint, env, 'TRACES')}`
      : exporter;
  });
  const { sampler, sampling } = traces;
  const share = sampler === undefined && sampling.root === 'ratio' ? ` (ratio ${sampling.ratio})` : '';
  return destinations.join(' + ') + share;
}

function describeMetrics({ metrics, otlp }: ResolvedOptions, { env, metricsAt }: BootReport): string {
  if (!metrics.enabled) return 'off';
  const destinations = [
    ...(metricsAt === undefined ? [] : [metricsAt]),
    ...metrics.exporters.map((name) =>
      name === 'otlp' ? `otlp ${metrics.protocol} ${endpoint(otlp.endpoint, env, 'METRICS')}` : name,
    ),
  ];
  return destinations.length > 0 ? destinations.join(' + ') : 'nowhere';
}

/** Without user name and password, which some collectors' URLs carry. */
function endpoint(option: string | undefined, env: BootReport['env'], signal: string): string {
  const raw = option ?? env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (raw === undefined) return 'to the default endpoint';
  try {
    const url = new URL(raw);
    return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  } catch {
    return raw.replace(/^.*@/, '');
  }
}
