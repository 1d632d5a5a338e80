import { isIP } from 'node:net';
import * as v from 'valibot';
import { samplingSchema } from './sampling.schema.js';

// The messages say what is allowed: they end up in NT_OPTION_INVALID as they are.
const text = v.pipe(v.string('a non-empty string'), v.nonEmpty('a non-empty string'));
const flag = v.boolean('true or false');
const strings = v.array(text, 'an array of strings');
const count = v.pipe(
  v.number('a positive integer'),
  v.integer('a positive integer'),
  v.minValue(1, 'a positive integer'),
);
const millis = v.pipe(
  v.number('milliseconds, 0 or more'),
  v.finite('milliseconds, 0 or more'),
  v.minValue(0, 'milliseconds, 0 or more'),
);
const portNumber = v.pipe(
  v.number('a port from 0 to 65535'),
  v.integer('a port from 0 to 65535'),
  v.minValue(0, 'a port from 0 to 65535'),
  v.maxValue(65_535, 'a port from 0 to 65535'),
);
const share = v.pipe(
  v.number('a number from 0 to 1'),
  v.minValue(0, 'a number from 0 to 1'),
  v.maxValue(1, 'a number from 0 to 1'),
);
const scalar = v.union([v.string(), v.number(), v.boolean()], 'a string, number or boolean');
const func = v.custom<(...args: never[]) => unknown>((input) => typeof input === 'function', 'a function');
const url = v.pipe(
  v.string('an http or https URL'),
  v.check((input) => /^https?:\/\//.test(input) && URL.canParse(input), 'an http or https URL'),
);
const headerName = v.pipe(
  v.string('an HTTP header name'),
  v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'an HTTP header name'),
);
const headerValue = v.pipe(
  v.string('a header value in printable ASCII'),
  v.regex(/^[\t\x20-\x7e]*$/, 'a header value in printable ASCII'),
);
const metricsPath = v.pipe(
  v.string('a path that starts with /, or false'),
  v.regex(/^\/[^\s?#]*$/, 'a path that starts with /, or false'),
);

const hosts = 'an array of host names, *.domain, addresses, networks such as 10.0.0.0/8, or *';
const hostName = v.pipe(v.string('a host name'), v.regex(/^[\w-]+(\.[\w-]+)*$/, 'a host name'));
const hostPattern = v.pipe(
  v.string(hosts),
  v.check((input) => {
    const [address = '', prefix, ...more] = input.split('/');
    const family = isIP(address);
    if (prefix === undefined) return family !== 0 || /^(\*|(\*\.)?[\w-]+(\.[\w-]+)*)$/.test(input);
    return (
      more.length === 0 && family !== 0 && /^\d+$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
    );
  }, hosts),
);
const bytes = v.pipe(
  v.number('an integer from 0 to 8192'),
  v.integer('an integer from 0 to 8192'),
  v.minValue(0, 'an integer from 0 to 8192'),
  v.maxValue(8192, 'an integer from 0 to 8192'),
);

/** An object of the SDK is recognised by the methods it must have. */
const withMethods = (what: string, ...methods: string[]) =>
  v.custom<object>(
    (input) =>
      typeof input === 'object' &&
      input !== null &&
      methods.every((method) => typeof (input as Record<string, unknown>)[method] === 'function'),
    what,
  );

const spanExporter = withMethods('a SpanExporter', 'export', 'shutdown');
const exporters = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
const TRACE_EXPORTERS = ['otlp', 'console', 'zipkin', 'none'] as const;
const LOG_EXPORTERS = ['otlp', 'console', 'none'] as const;
const METRIC_EXPORTERS = ['otlp', 'console', 'none'] as const;

const http = v.strictObject({
  ignore: v.optional(v.union([strings, func], 'an array of paths, or a function')),
  spanName: v.optional(func),
  captureRequestHeaders: v.optional(v.array(headerName, 'an array of header names')),
  captureResponseHeaders: v.optional(v.array(headerName, 'an array of header names')),
  responseHeader: v.optional(v.union([v.literal(false), headerName], 'a header name, or false')),
  isError: v.optional(func),
  client: v.optional(flag),
});

const graphql = v.strictObject({
  resolvers: v.optional(flag),
  document: v.optional(flag),
  isError: v.optional(func),
});

const websockets = v.strictObject({ isError: v.optional(func) });
const library = v.strictObject({ enabled: v.optional(flag) });
const inboundPolicy = v.picklist(['continue', 'restart'], "'continue' or 'restart'");
const patterns = v.array(
  v.union([text, v.instance(RegExp), func], 'a non-empty string, a RegExp or a function'),
  'an array of strings, RegExps and functions',
);

const messages = v.strictObject({
  enabled: v.optional(flag),
  events: v.optional(v.union([v.picklist(['continue', 'link']), func], "'continue', 'link' or a function")),
});

const batch = v.strictObject({
  maxExportBatchSize: v.optional(count),
  maxQueueSize: v.optional(count),
  scheduledDelayMillis: v.optional(millis),
  exportTimeoutMillis: v.optional(millis),
});

const traces = v.strictObject({
  enabled: v.optional(flag),
  ratio: v.optional(share),
  sampler: v.optional(withMethods('a Sampler', 'shouldSample')),
  ...samplingSchema,
  exporters: v.optional(
    v.array(
      v.union([v.picklist(TRACE_EXPORTERS), spanExporter], `${exporters(TRACE_EXPORTERS)} or a SpanExporter`),
      'an array of exporters',
    ),
  ),
  processors: v.optional(
    v.array(withMethods('a SpanProcessor', 'onStart', 'onEnd'), 'an array of SpanProcessors'),
  ),
  batch: v.optional(batch),
  limits: v.optional(v.record(v.string(), v.number('a number'))),
  hygiene: v.optional(
    v.strictObject({
      enabled: v.optional(flag),
      openMillis: v.optional(count),
      explain: v.optional(flag),
      announceMillis: v.optional(count),
    }),
  ),
  idGenerator: v.optional(withMethods('an IdGenerator', 'generateTraceId', 'generateSpanId')),
  http: v.optional(http),
  graphql: v.optional(graphql),
  websockets: v.optional(websockets),
  schedule: v.optional(library),
  events: v.optional(library),
  jobs: v.optional(v.strictObject({ enabled: v.optional(flag), inbound: v.optional(inboundPolicy) })),
  cqrs: v.optional(library),
  layers: v.optional(
    v.strictObject({
      detail: v.optional(v.picklist(['events', 'spans', 'off'], "'events', 'spans' or 'off'")),
    }),
  ),
  lifecycle: v.optional(flag),
  messages: v.optional(messages),
});

const metrics = v.strictObject({
  enabled: v.optional(flag),
  path: v.optional(v.union([v.literal(false), metricsPath], 'a path that starts with /, or false')),
  port: v.optional(portNumber),
  host: v.optional(text),
  auth: v.optional(
    v.union(
      [v.strictObject({ bearer: text }), v.strictObject({ username: text, password: text })],
      '{ bearer } or { username, password }, each a text',
    ),
  ),
  allowedHosts: v.optional(v.array(text, 'an array of hosts')),
  naming: v.optional(v.picklist(['suffixed', 'legacy', 'utf8'], "'suffixed', 'legacy' or 'utf8'")),
  scopeLabels: v.optional(flag),
  cluster: v.optional(flag),
  exporters: v.optional(
    v.array(v.picklist(METRIC_EXPORTERS, exporters(METRIC_EXPORTERS)), 'an array of exporters'),
  ),
  readers: v.optional(
    v.array(withMethods('a MetricReader', 'collect', 'shutdown'), 'an array of MetricReaders'),
  ),
  views: v.optional(v.array(v.looseObject({}), 'an array of views')),
  cardinalityLimit: v.optional(count),
  exemplars: v.optional(flag),
  runtime: v.optional(flag),
  system: v.optional(flag),
});

const logLevel = v.picklist(
  ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
  "'verbose', 'debug', 'log', 'warn', 'error' or 'fatal'",
);
const logExporters = `${exporters(LOG_EXPORTERS)} or a LogRecordExporter`;

const logs = v.strictObject({
  enabled: v.optional(flag),
  routes: v.optional(flag),
  level: v.optional(logLevel),
  levels: v.optional(v.record(text, logLevel)),
  format: v.optional(v.picklist(['json', 'pretty'], "'json' or 'pretty'")),
  exporters: v.optional(
    v.array(
      v.union(
        [v.picklist(LOG_EXPORTERS), withMethods('a LogRecordExporter', 'export', 'shutdown')],
        logExporters,
      ),
      'an array of exporters',
    ),
  ),
  processors: v.optional(
    v.array(
      withMethods('a LogRecordProcessor', 'onEmit', 'forceFlush', 'shutdown'),
      'an array of LogRecordProcessors',
    ),
  ),
  batch: v.optional(batch),
  limits: v.optional(
    v.strictObject({
      attributeCountLimit: v.optional(v.number('a number')),
      attributeValueLengthLimit: v.optional(v.number('a number')),
    }),
  ),
  wideEvents: v.optional(
    v.union(
      [
        flag,
        v.strictObject({
          ignore: v.optional(v.union([strings, func], 'an array of paths, or a function')),
        }),
      ],
      'true, false or { ignore }',
    ),
  ),
});

const strategy = v.picklist(['mask', 'drop', 'pseudonym'], "'mask', 'drop' or 'pseudonym'");
const keyRule = v.union([flag, strategy], "true, false, 'mask', 'drop' or 'pseudonym'");
const valueRules = "true, false, 'mask', 'drop', 'pseudonym', a RegExp or { pattern, strategy }";
const valueRule = v.union(
  [
    flag,
    strategy,
    v.instance(RegExp),
    v.strictObject({ pattern: v.instance(RegExp), strategy: v.optional(strategy) }),
  ],
  valueRules,
);
/** They become values of a metric attribute. */
const ruleNames = 'names of 1 to 64 letters, digits, spaces and . _ -';
const ruleName = v.pipe(v.string(ruleNames), v.regex(/^[A-Za-z0-9][\w .-]{0,63}$/, ruleNames));
const limit = (least: number, most: number) => {
  const allowed = `an integer from ${least} to ${most}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(least, allowed), v.maxValue(most, allowed));
};
const pseudonymKey = v.pipe(v.string('16 characters or more'), v.minLength(16, '16 characters or more'));

const redaction = v.strictObject({
  enabled: v.optional(flag),
  strategy: v.optional(strategy),
  pseudonymKey: v.optional(pseudonymKey),
  keys: v.optional(v.record(ruleName, keyRule)),
  values: v.optional(v.record(ruleName, valueRule)),
  allow: v.optional(strings),
  explain: v.optional(flag),
  limits: v.optional(
    v.strictObject({
      valueLength: v.optional(limit(256, 1_048_576)),
      depth: v.optional(limit(1, 100)),
      nodes: v.optional(limit(10, 100_000)),
      recordLength: v.optional(limit(1024, 4_194_304)),
    }),
  ),
});

const deliveryMode = v.picklist(['durable', 'memory'], "'durable' or 'memory'");
const deliveryForms =
  "'durable', 'memory', { mode, directory, maxBytes, maxAgeMillis, interrupted } or a SpanExporter";
const isExporter = (input: unknown): boolean => v.is(spanExporter, input);
const delivery = v.lazy((input) => {
  if (isExporter(input)) return v.any();
  if (typeof input !== 'object' || input === null) return v.picklist(['durable', 'memory'], deliveryForms);
  return v.strictObject(
    {
      mode: v.optional(deliveryMode),
      directory: v.optional(text),
      maxBytes: v.optional(v.pipe(count, v.minValue(1_048_576, 'an integer of 1048576 (1 MiB) or more'))),
      maxAgeMillis: v.optional(count),
      interrupted: v.optional(flag),
    },
    deliveryForms,
  );
});

/** The shape of `TelemetryOptions` at run time; unknown keys are errors, because most of them are misspelt ones. */
export const optionsSchema = v.strictObject({
  enabled: v.optional(flag),
  serviceName: v.optional(text),
  serviceVersion: v.optional(text),
  environment: v.optional(text),
  resource: v.optional(v.record(v.string(), scalar)),
  endpoint: v.optional(url),
  otlp: v.optional(
    v.strictObject({
      endpoint: v.optional(url),
      protocol: v.optional(
        v.picklist(['http/protobuf', 'http/json', 'grpc'], "'http/protobuf', 'http/json' or 'grpc'"),
      ),
      headers: v.optional(v.record(headerName, headerValue)),
      timeoutMillis: v.optional(count),
      compression: v.optional(v.picklist(['none', 'gzip'], "'none' or 'gzip'")),
    }),
  ),
  delivery: v.optional(delivery),
  traces: v.optional(traces),
  metrics: v.optional(metrics),
  logs: v.optional(logs),
  propagation: v.optional(
    v.strictObject({
      propagator: v.optional(withMethods('a TextMapPropagator', 'inject', 'extract', 'fields')),
      baggageAttributes: v.optional(strings),
      inbound: v.optional(
        v.union([v.picklist(['continue', 'restart']), func], "'continue', 'restart' or a function"),
      ),
      inboundMessages: v.optional(
        v.union([v.picklist(['continue', 'restart']), func], "'continue', 'restart' or a function"),
      ),
      outboundHosts: v.optional(v.union([v.literal('*'), v.array(hostPattern, hosts)], `'*' or ${hosts}`)),
      sameSuffixAs: v.optional(v.array(hostName, 'an array of host names')),
      baggageKeys: v.optional(v.union([v.literal('*'), strings], "'*' or an array of strings")),
      maxBaggageBytes: v.optional(bytes),
    }),
  ),
  redaction: v.optional(redaction),
  shutdown: v.optional(v.strictObject({ timeoutMillis: v.optional(millis) })),
  autoTrace: v.optional(
    v.strictObject({ include: v.optional(patterns), exclude: v.optional(patterns) }, 'an object'),
  ),
  instrumentations: v.optional(
    v.array(withMethods('an Instrumentation', 'enable', 'disable'), 'an array of instrumentations'),
  ),
  failFast: v.optional(flag),
  isGlobal: v.optional(flag),
});
