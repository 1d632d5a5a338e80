import { resolveRedaction } from '../redaction.settings.js';
import type {
  BatchOptions,
  HttpOptions,
  HttpRequestInfo,
  InboundPolicy,
  MessagesOptions,
  MetricExporterName,
  MetricsOptions,
  OtlpOptions,
  OtlpProtocol,
  PropagationOptions,
  PropagatorName,
  TelemetryOptions,
  TraceExporterName,
  TracesOptions,
} from '../telemetry.options.js';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { guarded } from '../telemetry.warnings.js';
import {
  readChoice,
  readChoices,
  readFlag,
  readNumber,
  readPairs,
  readText,
  type Environment,
} from './environment.js';
import { classFilter } from './class-filter.js';
import { deliveryExporter, resolveDelivery } from './delivery-settings.js';
import { DEPLOYMENT_ENVIRONMENT_NAME, SERVICE_NAME, SERVICE_VERSION } from '../semconv.js';
import { resolveLogs } from './log-options.js';
import type { PackageInfo } from './package-info.js';
import { isGatewayError, isGraphqlServerError, isServerError } from './server-errors.js';
import type { ResolvedHttpOptions, ResolvedMessagesOptions, ResolvedOptions } from './resolved-options.js';
import { resolveSampler } from './sampler-settings.js';
import { resolveSamplingChoices } from './sampling-choices.js';
import { resolveSpanHygiene } from './span-hygiene.js';
import { resolveSpanLimits } from './span-limits.js';
import { validateOptions } from './validate-options.js';

/** A signal as the variables of OTLP exporters name it. */
type Signal = 'TRACES' | 'METRICS' | 'LOGS';

/** Everything outside the options that decides what they come to. */
export interface ResolveContext {
  readonly env: Environment;
  readonly packageInfo: PackageInfo;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Name of the machine. */
  readonly hostname?: string;
}

const HEALTH_PATHS = ['/health', '/healthz', '/livez', '/readyz'];
/** Milliseconds the end waits for telemetry: with all else there is to do then, less than two seconds. */
const LONGEST_DELIVERY = 1500;
/** Milliseconds it waits for jobs and the like before. */
const LONGEST_WORK = 5000;

/** Keys that say where something runs and for whom, and nothing about a person. */
const DEFAULT_BAGGAGE_KEYS = ['environment', 'version', 'tenant'];

/**
 * Merges options, environment and defaults: an explicit option wins over a variable, a variable over the default.
 * Pure but for warnings about unusable variables.
 * @throws TelemetryError `NT_OPTION_INVALID` when an option has a value that is not allowed.
 */
export function resolveOptions(options: TelemetryOptions, context: ResolveContext): ResolvedOptions {
  validateOptions(options);
  const { env, packageInfo } = context;
  const otlp = resolveOtlp(options);
  const declared = readPairs(env, 'OTEL_RESOURCE_ATTRIBUTES');
  const metrics = resolveMetrics(options.metrics ?? {}, env, otlp);
  const environment =
    options.environment ?? declared[DEPLOYMENT_ENVIRONMENT_NAME] ?? readText(env, 'ENVIRONMENT', 'NODE_ENV');
  const hygiene = resolveSpanHygiene(options.traces?.hygiene ?? {}, environment, context.isTerminal);
  return frozen({
    enabled: (options.enabled ?? true) && readFlag(env, 'OTEL_SDK_DISABLED') !== true,
    serviceName:
      options.serviceName ??
      readText(env, 'OTEL_SERVICE_NAME') ??
      declared[SERVICE_NAME] ??
      packageInfo.name ??
      'unknown_service:node',
    serviceVersion: options.serviceVersion ?? declared[SERVICE_VERSION] ?? packageInfo.version,
    environment,
    resource: options.resource ?? {},
    otlp,
    otlpCertificates: Object.keys(env).some((name) =>
      /^OTEL_EXPORTER_OTLP_.*(CERTIFICATE|CLIENT_KEY)$/.test(name),
    ),
    delivery: resolveDelivery(options, env),
    traces: {
      ...withExporter(
        resolveTraces(options.traces ?? {}, env, otlp, metrics.path),
        deliveryExporter(options.delivery),
      ),
      hygiene,
    },
    metrics,
    logs: resolveLogs(options.logs ?? {}, env, {
      isTerminal: context.isTerminal,
      hasEndpoint: hasEndpoint(otlp, env, 'LOGS'),
      protocol: resolveProtocol(otlp, env, 'LOGS'),
      otlpTarget: describeTarget(otlp, env, 'LOGS'),
      batch: resolveBatch(options.logs?.batch ?? {}, env, 'OTEL_BLRP', 1000),
    }),
    propagation: resolvePropagation(options.propagation ?? {}, context),
    redaction: resolveRedaction(options.redaction ?? {}),
    shutdown: {
      timeoutMillis: options.shutdown?.timeoutMillis ?? LONGEST_DELIVERY,
      settleMillis: options.shutdown?.timeoutMillis ?? LONGEST_WORK,
    },
    autoTrace: options.autoTrace && classFilter(options.autoTrace),
    instrumentations: options.instrumentations ?? [],
    failFast: resolveFailFast(options, env),
  });
}

function resolvePropagation(
  propagation: PropagationOptions,
  { env, hostname }: ResolveContext,
): ResolvedOptions['propagation'] {
  const names = readChoices<PropagatorName>(env, 'OTEL_PROPAGATORS', [
    'tracecontext',
    'baggage',
    'b3',
    'b3multi',
    'jaeger',
    'none',
  ]);
  const baggageAttributes = propagation.baggageAttributes ?? [];
  return {
    propagator: propagation.propagator,
    propagators: names === undefined || names.length === 0 ? ['tracecontext', 'baggage'] : names,
    baggageAttributes,
    inbound: resolveInbound(propagation.inbound ?? 'continue', 'propagation.inbound'),
    inboundMessages: resolveInbound(
      propagation.inboundMessages ?? constant(propagation.inbound) ?? 'continue',
      'propagation.inboundMessages',
    ),
    outboundHosts: propagation.outboundHosts ?? [],
    sameSuffixAs: propagation.sameSuffixAs ?? (hostname === undefined ? [] : [hostname]),
    baggageKeys: propagation.baggageKeys ?? [...DEFAULT_BAGGAGE_KEYS, ...baggageAttributes],
    maxBaggageBytes: propagation.maxBaggageBytes ?? 2048,
  };
}

function resolveInbound<T>(
  inbound: InboundPolicy | ((arrived: T) => InboundPolicy),
  option: string,
): (arrived: T) => InboundPolicy {
  if (typeof inbound !== 'function') return () => inbound;
  // Whatever is not a clear yes is none: strangers must not get in because of a mistake.
  return (arrived) =>
    guarded(option, () => inbound(arrived), 'restart') === 'continue' ? 'continue' : 'restart';
}

/** A function of HTTP requests cannot decide about messages. */
function constant(inbound: PropagationOptions['inbound']): InboundPolicy | undefined {
  return typeof inbound === 'function' ? undefined : inbound;
}

/** Whether a bad option may stop the application; known before the options are known to be good. */
export function resolveFailFast(options: TelemetryOptions, env: Environment): boolean {
  const chosen = guarded('The options', () => options.failFast, undefined);
  return typeof chosen === 'boolean' ? chosen : (readFlag(env, 'TELEMETRY_FAIL_FAST') ?? true);
}

function resolveTraces(
  traces: TracesOptions,
  env: Environment,
  otlp: OtlpOptions,
  metricsPath: string | undefined,
): Omit<ResolvedOptions['traces'], 'hygiene'> {
  const names = readChoices<TraceExporterName>(env, 'OTEL_TRACES_EXPORTER', [
    'otlp',
    'console',
    'zipkin',
    'none',
  ]);
  const exporters = traces.exporters ?? names ?? (hasEndpoint(otlp, env, 'TRACES') ? ['otlp' as const] : []);
  return {
    enabled: traces.enabled ?? true,
    sampler: traces.sampler,
    sampling: resolveSampler(traces.ratio, env),
    choices: resolveSamplingChoices(traces),
    exporters: exporters.filter((exporter) => exporter !== 'none'),
    protocol: resolveProtocol(otlp, env, 'TRACES'),
    otlpTarget: describeTarget(otlp, env, 'TRACES'),
    processors: traces.processors ?? [],
    batch: resolveBatch(traces.batch ?? {}, env),
    limits: resolveSpanLimits(traces.limits ?? {}, env),
    idGenerator: traces.idGenerator,
    http: resolveHttp(traces.http ?? {}, metricsPath),
    graphql: {
      resolvers: traces.graphql?.resolvers ?? false,
      document: traces.graphql?.document ?? true,
      isError: resolveIsError('traces.graphql.isError', traces.graphql?.isError, isGraphqlServerError),
    },
    websockets: {
      isError: resolveIsError('traces.websockets.isError', traces.websockets?.isError, isGatewayError),
    },
    schedule: { enabled: traces.schedule?.enabled ?? true },
    events: { enabled: traces.events?.enabled ?? true },
    jobs: { enabled: traces.jobs?.enabled ?? true, inbound: traces.jobs?.inbound },
    cqrs: { enabled: traces.cqrs?.enabled ?? true },
    layers: { detail: traces.layers?.detail ?? 'events' },
    lifecycle: traces.lifecycle,
    messages: resolveMessages(traces.messages ?? {}),
  };
}

/** An exporter that was given as `delivery` takes the place of `otlp`, whether that is named or would be the default. */
function withExporter<Traces extends Pick<ResolvedOptions['traces'], 'exporters'>>(
  traces: Traces,
  exporter: SpanExporter | undefined,
): Traces {
  if (exporter === undefined) return traces;
  const others = traces.exporters.filter((each) => each !== 'otlp');
  return { ...traces, exporters: [exporter, ...others] };
}

function resolveMessages({ enabled = true, events = 'continue' }: MessagesOptions): ResolvedMessagesOptions {
  return {
    enabled,
    events: (message) => {
      if (typeof events !== 'function') return events;
      return guarded('traces.messages.events', () => events(message), 'continue') === 'link'
        ? 'link'
        : 'continue';
    },
  };
}

function resolveIsError(
  path: string,
  isError: ((error: unknown) => boolean) | undefined,
  byDefault: (error: unknown) => boolean,
): (error: unknown) => boolean {
  if (isError === undefined) return byDefault;
  return (error) => guarded(path, () => isError(error), byDefault(error));
}

function resolveBatch(
  batch: BatchOptions,
  env: Environment,
  prefix = 'OTEL_BSP',
  delayMillis = 5000,
): Required<BatchOptions> {
  const maxQueueSize = batch.maxQueueSize ?? readNumber(env, `${prefix}_MAX_QUEUE_SIZE`) ?? 2048;
  const maxExportBatchSize =
    batch.maxExportBatchSize ?? readNumber(env, `${prefix}_MAX_EXPORT_BATCH_SIZE`) ?? 512;
  return {
    maxQueueSize,
    // The specification forbids a batch larger than the queue.
    maxExportBatchSize: Math.min(maxExportBatchSize, maxQueueSize),
    scheduledDelayMillis:
      batch.scheduledDelayMillis ?? readNumber(env, `${prefix}_SCHEDULE_DELAY`) ?? delayMillis,
    exportTimeoutMillis: batch.exportTimeoutMillis ?? readNumber(env, `${prefix}_EXPORT_TIMEOUT`) ?? 30_000,
  };
}

function resolveHttp(http: HttpOptions, metricsPath: string | undefined): ResolvedHttpOptions {
  const { isError } = http;
  return {
    ignore: resolveIgnore(http.ignore, metricsPath),
    spanName: http.spanName,
    captureRequestHeaders: (http.captureRequestHeaders ?? []).map((name) => name.toLowerCase()),
    captureResponseHeaders: (http.captureResponseHeaders ?? []).map((name) => name.toLowerCase()),
    responseHeader: http.responseHeader === false ? undefined : (http.responseHeader ?? 'x-trace-id'),
    isError: isError
      ? (error) => guarded('traces.http.isError', () => isError(error), isServerError(error))
      : isServerError,
    client: http.client ?? true,
  };
}

function resolveIgnore(
  ignore: HttpOptions['ignore'],
  metricsPath: string | undefined,
): ResolvedHttpOptions['ignore'] {
  const paths = new Set(typeof ignore === 'function' ? [] : (ignore ?? HEALTH_PATHS));
  if (metricsPath !== undefined) paths.add(metricsPath);
  const isListed = ({ path }: HttpRequestInfo): boolean => paths.has(path);
  if (typeof ignore !== 'function') return isListed;
  return (request) => isListed(request) || guarded('traces.http.ignore', () => ignore(request), false);
}

function resolveMetrics(
  metrics: MetricsOptions,
  env: Environment,
  otlp: OtlpOptions,
): ResolvedOptions['metrics'] {
  const names = readChoices<MetricExporterName | 'prometheus'>(env, 'OTEL_METRICS_EXPORTER', [
    'otlp',
    'console',
    'prometheus',
    'none',
  ]);
  // The pull endpoint is on unless switched off, so the standard name `prometheus` asks for nothing more.
  const fromEnv = names?.filter((name) => name !== 'prometheus');
  const exporters: readonly MetricExporterName[] =
    metrics.exporters ?? fromEnv ?? (hasEndpoint(otlp, env, 'METRICS') ? ['otlp'] : []);
  const exportIntervalMillis = readNumber(env, 'OTEL_METRIC_EXPORT_INTERVAL') || 60_000;
  return {
    enabled: metrics.enabled ?? true,
    path: metrics.path === false ? undefined : (metrics.path ?? '/metrics'),
    port: metrics.port ?? readNumber(env, 'OTEL_EXPORTER_PROMETHEUS_PORT'),
    host: metrics.host ?? readText(env, 'OTEL_EXPORTER_PROMETHEUS_HOST') ?? '127.0.0.1',
    auth: metrics.auth,
    allowedHosts: metrics.allowedHosts,
    naming: metrics.naming ?? 'suffixed',
    scopeLabels: metrics.scopeLabels ?? false,
    cluster: metrics.cluster ?? true,
    exporters: exporters.filter((name) => name !== 'none'),
    protocol: resolveProtocol(otlp, env, 'METRICS'),
    otlpTarget: describeTarget(otlp, env, 'METRICS'),
    exportIntervalMillis,
    // The SDK refuses a time-out longer than the interval.
    exportTimeoutMillis: Math.min(
      readNumber(env, 'OTEL_METRIC_EXPORT_TIMEOUT') || 30_000,
      exportIntervalMillis,
    ),
    readers: metrics.readers ?? [],
    views: metrics.views ?? [],
    cardinalityLimit: metrics.cardinalityLimit ?? 2000,
    exemplars: metrics.exemplars ?? true,
    runtime: metrics.runtime ?? true,
    system: metrics.system ?? false,
  };
}

function resolveOtlp({ otlp = {}, endpoint }: TelemetryOptions): OtlpOptions {
  const base = otlp.endpoint ?? endpoint;
  return base === undefined ? { ...otlp } : { ...otlp, endpoint: base };
}

function resolveProtocol(otlp: OtlpOptions, env: Environment, signal: Signal): OtlpProtocol {
  const protocols: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];
  return (
    otlp.protocol ??
    readChoice(env, `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, protocols) ??
    readChoice(env, 'OTEL_EXPORTER_OTLP_PROTOCOL', protocols) ??
    'http/protobuf'
  );
}

/** Protocol and URL, without user name, password and query, which may hold credentials. */
function describeTarget(otlp: OtlpOptions, env: Environment, signal: Signal): string {
  const protocol = resolveProtocol(otlp, env, signal);
  const raw = otlp.endpoint ?? endpointOf(env, signal);
  if (raw === undefined) return `${protocol} to the default endpoint`;
  const url = URL.parse(raw);
  // `collector:4317`, as gRPC allows, is parsed as a scheme without a host.
  if (!url?.host) return `${protocol} ${raw.replace(/^.*@/, '')}`;
  return `${protocol} ${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

function hasEndpoint(otlp: OtlpOptions, env: Environment, signal: Signal): boolean {
  return (otlp.endpoint ?? endpointOf(env, signal)) !== undefined;
}

function endpointOf(env: Environment, signal: Signal): string | undefined {
  return readText(env, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT');
}

/** Objects of the user: they may be literals that keep state, so they are neither copied nor frozen. */
const OBJECTS_OF_THE_USER = new Set([
  'sampler',
  'idGenerator',
  'propagator',
  'exporters',
  'processors',
  'readers',
  'views',
  'instrumentations',
  'redaction',
]);

/** Copies and freezes plain objects and arrays. */
function frozen<T>(value: T, key = ''): T {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return Object.freeze(OBJECTS_OF_THE_USER.has(key) ? [...items] : items.map((item) => frozen(item))) as T;
  }
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain || OBJECTS_OF_THE_USER.has(key)) return value;
  const entries = Object.entries(value).map(([name, entry]) => [name, frozen<unknown>(entry, name)]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}
