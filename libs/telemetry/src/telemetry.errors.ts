/**
 * Every error and warning of this package. A code never changes its meaning and is never used again once retired;
 * `docs/reference/errors.md` is generated from this table.
 */
export interface CatalogEntry {
  /** What happened. `{name}` places are filled with the details of the case. */
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
}

const catalog = {
  NT_OPTION_INVALID: {
    message: 'Option {path} is {value}; allowed: {allowed}.',
    action: 'Correct the option, or set failFast to false to start without telemetry.',
  },
  NT_ENV_INVALID: {
    message: 'Environment variable {variable} is {value}; allowed: {allowed}.',
    action: 'Correct or unset the variable.',
  },
  NT_DISABLED_BY_BAD_OPTIONS: {
    message: 'Telemetry is off: {reason}',
    action: 'Correct the option. failFast is false, so the application was started all the same.',
  },
  NT_MODULE_IMPORTED_TWICE: {
    message: 'TelemetryModule.forRoot() was imported more than once in this application.',
    action: 'Import it once, in the root module; its providers are global.',
  },
  NT_OPTIONS_TOO_LATE: {
    message:
      'Telemetry was already started by {starter}; these options of forRoot() have no effect: {options}.',
    action: 'Set them by environment variable, or start without nest-telemetry/register.',
  },
  NT_FOREIGN_SDK: {
    message: 'Another OpenTelemetry SDK is already registered in this process; {options} are left to it.',
    action:
      'Remove the other SDK to let nest-telemetry configure sampling and export, or keep it and drop these options.',
  },
  NT_TWO_API_COPIES: {
    message: 'Two incompatible copies of @opentelemetry/api are loaded: {versions}.',
    action: 'Run `npm ls @opentelemetry/api` and align the versions.',
  },
  NT_HOOK_NOT_INSTALLED: {
    message: 'The {hook} hook could not be installed: {reason}',
    action: 'See docs/guides/troubleshooting.md.',
  },
  NT_HOOK_REPLACED: {
    message: 'Another library set the {hook} hook of the HTTP adapter; it is called as well.',
    action: 'Nothing, unless spans are doubled; then turn one of the two off.',
  },
  NT_CLIENT_ALREADY_INSTRUMENTED: {
    message: 'Outgoing {client} requests are already instrumented by another library; ours stays off.',
    action:
      'Remove the other instrumentation; for HTTP, traces.http.client set to false says that it is meant.',
  },
  NT_BAGGAGE_NOT_SENT: {
    message: 'Baggage key {key} is not sent to other services: {reason}.',
    action: 'Add it to propagation.baggageKeys if they may see it, or raise propagation.maxBaggageBytes.',
  },
  NT_USER_CODE_FAILED: {
    message: '{where} threw: {reason}',
    action: 'Correct the function. The call it belongs to went on without it.',
  },
  NT_CALL_INVALID: {
    message: '{call} was given {what}.',
    action: 'Correct the call; it did nothing.',
  },
  NT_SPAN_PENDING: {
    message: 'Span {name} has not ended: {reason}.',
    action:
      'If it is meant to take that long, raise traces.hygiene.openMillis. If not, end it on every path, also when an error is thrown; runInSpan() does.',
  },
  NT_SPAN_NEVER_ENDED: {
    message: 'Span {name} was never ended and is lost, for nobody can end it any more: {reason}.',
    action: 'End it on every path, also when an error is thrown; runInSpan() does.',
  },
  NT_DECORATOR_MISPLACED: {
    message: '{decorator} was put on {place}, which it cannot be used on.',
    action:
      'Put it on a method or its parameter; for a function in a property call TracerService.span() instead.',
  },
  NT_METRICS_PORT_IN_USE: {
    message: 'Metrics port {port} is in use.',
    action: 'Set metrics.port to a free port, or leave it out to serve metrics on the application port.',
  },
  NT_METRICS_PORT_UNAVAILABLE: {
    message: 'The metrics endpoint cannot listen on {host}:{port}: {reason}',
    action:
      'Correct metrics.host and metrics.port, or leave both out to serve metrics on the application port.',
  },
  NT_METRICS_PATH_TAKEN: {
    message: 'The application has a route of its own on the metrics path {path}.',
    action: 'Set metrics.path to another path, or to false if the application serves its metrics itself.',
  },
  NT_METRICS_COLLECTION_FAILED: {
    message: 'Metrics could not be collected completely: {reason}',
    action: 'Correct the observable callback or metric reader that failed.',
  },
  NT_METRICS_WORKERS_APART: {
    message:
      'The workers of this cluster cannot ask each other for their metrics: {reason}. A scrape sees one of them at a time.',
    action:
      'Let the folder for temporary files (TMPDIR) be writable, or give each worker its own metrics.port and set metrics.cluster to false.',
  },
  NT_METRIC_INPUT_INVALID: {
    message: 'Metric {metric} was given {what}, which was left out.',
    action:
      'Correct the call; it is reported once for each metric. nest_telemetry.metrics.invalid counts all of them.',
  },
  NT_METRIC_CARDINALITY: {
    message:
      'Metric {metric} has reached its limit of {limit} series; {count} of them differ in attribute {attribute}.',
    action:
      'Record that attribute with few values, drop it in metrics.views, or raise metrics.cardinalityLimit. What is new is counted in the series with otel.metric.overflow.',
  },
  NT_METRIC_NAME_CLASH: {
    message:
      'Metric {metric} would be called {name} on the metrics page, as another one is; it is called {shown}.',
    action: 'Give one of the two another name, or the same kind and unit if they are meant to be one.',
  },
  NT_REDACTION_PATTERN_UNSAFE: {
    message: 'The pattern {path} could take very long over some texts: {reason}.',
    action:
      'Let each repetition end at a character it cannot match itself, as in /E-[0-9]{6}/ or /[^@ ]+@corp/, and repeat no groups.',
  },
  NT_REDACTION_PATTERN_SLOW: {
    message:
      'The pattern redaction.values.{rule} took more than {budget} ms three times and is not used any more.',
    action: 'Make it simpler or more specific; what it finds is not redacted until the next start.',
  },
  NT_SHUTDOWN_TIMEOUT: {
    message: 'Telemetry could not be delivered within {timeout} ms at shutdown.',
    action: 'Check that the collector is reachable, or raise shutdown.timeoutMillis.',
  },
  NT_QUEUE_FULL: {
    message: 'The queue of {size} spans is full: new spans are dropped until there is room.',
    action:
      'Check that the collector keeps up; lower traces.ratio or raise traces.batch.maxQueueSize. NT_SPANS_DROPPED tells how many.',
  },
  NT_SPANS_DROPPED: {
    message: '{count} spans were dropped while the queue was full; there is room again.',
    action: 'Check that the collector keeps up; lower traces.ratio or raise traces.batch.maxQueueSize.',
  },
  NT_LOG_QUEUE_FULL: {
    message: 'The queue of {size} log records is full: new ones are not sent until there is room.',
    action:
      'Check that the collector keeps up; raise logs.batch.maxQueueSize or logs.level. NT_LOGS_DROPPED tells how many.',
  },
  NT_LOGS_DROPPED: {
    message: '{count} log records were dropped while the queue was full; there is room again.',
    action: 'Check that the collector keeps up; raise logs.batch.maxQueueSize or logs.level.',
  },
  NT_LOG_LINES_DROPPED: {
    message: '{count} log lines were given up because nobody read standard output; it is read again.',
    action: 'Check what reads the output of this process.',
  },
  NT_PINO_REGISTERED_TWICE: {
    message:
      'LoggerModule of nestjs-pino was imported {count} times: every line of a request is written as often.',
    action: 'Import it once, in the root module; its providers are global.',
  },
  NT_PINO_NOT_REDACTED: {
    message:
      'pino prints its lines with the secrets that are in them; only what is sent over OTLP is redacted.',
    action:
      'Pass its options through pinoTelemetry(): LoggerModule.forRoot({ pinoHttp: pinoTelemetry({ … }) }), pino(pinoTelemetry({ … })).',
  },
  NT_PINO_INSTRUMENTED_TWICE: {
    message: 'Lines of pino are sent by @opentelemetry/instrumentation-pino as well; ours are not.',
    action: 'Remove that instrumentation: lines of pino are sent without it, at less cost.',
  },
  NT_WINSTON_FORMAT_TWICE: {
    message: 'A line of winston passed winstonTelemetry() twice; it was sent once.',
    action: 'Put winstonTelemetry() into the format of the logger, and into none of its transports.',
  },
  NT_EXPORT_FAILED: {
    message: 'Export to {destination} failed: {reason}',
    action: 'Check that the collector is reachable at that address and speaks this protocol.',
  },
  NT_DELIVERY_OUTAGE: {
    message: 'Telemetry cannot be delivered: {reason}. It is kept, and sent when that works again.',
    action: 'Check that the collector is reachable at that address and speaks this protocol.',
  },
  NT_DELIVERY_OUTAGE_LASTS: {
    message: 'For {seconds} s telemetry could not be delivered; {waiting} records wait.',
    action: 'Check that the collector is reachable. Beyond delivery.maxBytes the oldest are dropped.',
  },
  NT_DELIVERY_RESUMED: {
    message: 'Telemetry is delivered again after {seconds} s; {waiting} records wait.',
    action: 'Nothing has to be done.',
  },
  NT_DELIVERY_DROPPING: {
    message: 'Telemetry is dropped: {reason}.',
    action: 'See docs/guides/delivery.md for this reason. NT_DELIVERY_DROPPED tells how much it was.',
  },
  NT_DELIVERY_DROPPED: {
    message: '{count} records of telemetry were dropped: {reason}.',
    action: 'See docs/guides/delivery.md for this reason.',
  },
  NT_DELIVERY_IN_MEMORY: {
    message: 'Telemetry is kept in memory, not on disk: {reason}.',
    action:
      'Set delivery.directory (TELEMETRY_SPOOL_DIRECTORY) to a directory of this user with room, or delivery to memory.',
  },
  NT_DELIVERY_ON_DISK: {
    message: 'Telemetry is kept on disk again.',
    action: 'Nothing has to be done.',
  },
  NT_DELIVERY_WITHOUT_THREAD: {
    message: 'Telemetry is sent by the main thread: {reason}',
    action: 'If the application is bundled, leave @nest-telemetry/spool out of the bundle.',
  },
  NT_DELIVERY_LEFT: {
    message: '{count} records of telemetry could not be delivered before the end; they are in {directory}.',
    action: 'Nothing: the next process of this service delivers them, if it finds the directory.',
  },
  NT_INSTRUMENTATION_FAILED: {
    message: 'Instrumentation {name} could not be loaded: {reason}',
    action:
      'Update the instrumented library, or exclude the instrumentation by OTEL_NODE_DISABLED_INSTRUMENTATIONS.',
  },
} as const satisfies Record<string, CatalogEntry>;

/** Code of an error or warning of this package. */
export type TelemetryCode = keyof typeof catalog;

/** The table behind the codes, for documentation and tools. */
export const telemetryErrorCatalog: Readonly<Record<TelemetryCode, CatalogEntry>> = catalog;

/** Values for the `{name}` places of a message. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** The full text of a code: what happened and what to do. */
export function describeCode(code: TelemetryCode, details: ErrorDetails = {}): string {
  const { message, action } = catalog[code];
  const filled = message.replace(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place));
  return `${filled} ${action}`;
}

/** Thrown for mistakes that must be seen at start. The library throws nothing while the application runs. */
export class TelemetryError extends Error {
  override readonly name = 'TelemetryError';

  readonly code: TelemetryCode;
  readonly details: ErrorDetails;

  constructor(code: TelemetryCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(`[${code}] ${describeCode(code, details)}`, options);
    this.code = code;
    this.details = details;
  }
}
