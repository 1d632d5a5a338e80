import type { ResolvedOptions } from '../config/resolved-options.js';

/** A hook and what came of it. */
export interface HookReport {
  readonly name: string;
  /** Why it is not listening; `undefined` when it is. */
  readonly off: string | undefined;
}

/** What the boot line is made from. */
export interface BootReport {
  readonly options: ResolvedOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hooks: readonly HookReport[];
  /** Where metrics are served, e.g. `/metrics` or `http://127.0.0.1:9464/metrics`. */
  readonly metricsAt: string | undefined;
  /** Why Nest's logger does not write through ours; `undefined` when it does. */
  readonly loggerOff: string | undefined;
}

/** One line that says what is on, where it goes, and what is off and why. */
export function describeBoot(report: BootReport): string {
  const { options } = report;
  if (!options.enabled) return 'off (enabled is false, or OTEL_SDK_DISABLED is set)';
  const on = report.hooks.filter(({ off }) => off === undefined).map(({ name }) => name);
  const off = [
    ...report.hooks.flatMap(({ name, off: reason }) => (reason === undefined ? [] : [`${name} (${reason})`])),
    ...(report.loggerOff === undefined ? [] : [`log lines (${report.loggerOff})`]),
  ];
  return [
    `${options.serviceName}: traces → ${describeTraces(report)}`,
    `metrics → ${describeMetrics(report)}`,
    `on: ${on.join(', ')}`,
    ...(off.length > 0 ? [`off: ${off.join(', ')}`] : []),
  ].join('; ');
}

function describeTraces({ options: { traces, otlp }, env }: BootReport): string {
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

function describeMetrics({ options: { metrics, otlp }, env, metricsAt }: BootReport): string {
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
