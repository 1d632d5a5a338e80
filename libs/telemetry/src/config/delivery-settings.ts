import { isAbsolute, join, resolve } from 'node:path';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { DeliveryMode, DeliveryOptions, TelemetryOptions, TracesOptions } from '../telemetry.options.js';
import { type Environment, readChoice, readNumber, readText } from './environment.js';
import type { ResolvedDelivery } from './resolved-options.js';

const MEGABYTE = 1_048_576;
/** A batch in a file costs nothing to keep, so it need not wait as long as one in memory. */
const LONGEST_DELAY = 1000;
/** Requests are put together by a thread of its own, so they may be larger than those of the official exporters. */
const USUAL_BATCH = 1024;

/** An exporter given as `delivery`: it takes the place of `otlp`. */
export function deliveryExporter(delivery: TelemetryOptions['delivery']): SpanExporter | undefined {
  return typeof delivery === 'object' && 'export' in delivery ? delivery : undefined;
}

/** Merges the option, the variables and the defaults. */
export function resolveDelivery(
  { delivery, traces = {} }: TelemetryOptions,
  env: Environment,
): ResolvedDelivery {
  const options = optionsOf(delivery);
  const mode = options.mode ?? readChoice<DeliveryMode>(env, 'TELEMETRY_DELIVERY', ['durable', 'memory']);
  const directory = options.directory ?? readText(env, 'TELEMETRY_SPOOL_DIRECTORY');
  return {
    mode: deliveryExporter(delivery) === undefined ? (mode ?? 'durable') : 'memory',
    isExplicit: mode !== undefined || directory !== undefined,
    directory: directory === undefined ? defaultDirectory(env) : resolve(directory),
    maxBytes: options.maxBytes ?? maxBytesOf(env) ?? 256 * MEGABYTE,
    maxAgeMillis: options.maxAgeMillis ?? 86_400_000,
    interrupted: options.interrupted ?? true,
    ...batchOf(traces, env),
  };
}

function optionsOf(delivery: TelemetryOptions['delivery']): DeliveryOptions {
  if (typeof delivery === 'string') return { mode: delivery };
  return delivery === undefined || 'export' in delivery ? {} : delivery;
}

/**
 * Where a program keeps its state: what systemd gave it (`StateDirectory=`), else what the XDG base directory
 * specification says. Never a directory for temporary files, which is shared with others and is emptied.
 */
function defaultDirectory(env: Environment): string | undefined {
  const [given] = (readText(env, 'STATE_DIRECTORY') ?? '').split(':');
  const state = readText(env, 'XDG_STATE_HOME');
  const home = readText(env, 'HOME');
  const candidates = [given, state, home && join(home, '.local', 'state'), readText(env, 'LOCALAPPDATA')];
  const parent = candidates.find((path) => path !== undefined && path !== '' && isAbsolute(path));
  return parent === undefined ? undefined : join(parent, 'nest-telemetry');
}

function maxBytesOf(env: Environment): number | undefined {
  const bytes = readNumber(env, 'TELEMETRY_SPOOL_MAX_BYTES');
  return bytes === undefined || bytes === 0 ? undefined : bytes;
}

function batchOf(
  { batch = {} }: TracesOptions,
  env: Environment,
): Pick<ResolvedDelivery, 'batchDelayMillis' | 'batchRecords'> {
  const delay = batch.scheduledDelayMillis ?? readNumber(env, 'OTEL_BSP_SCHEDULE_DELAY') ?? LONGEST_DELAY;
  const size = batch.maxExportBatchSize ?? readNumber(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE');
  return {
    batchDelayMillis: Math.min(LONGEST_DELAY, Math.max(1, delay)),
    batchRecords: size || USUAL_BATCH,
  };
}
