import { context, ROOT_CONTEXT, SeverityNumber, trace, type Context } from '@opentelemetry/api';
import { redactedContent } from '../processors/record.redactor.js';
import { recordsAreTaken, sendRecord } from './api.output.js';
import { describeFailure, isError } from '../processors/log-error.js';
import { settingOf } from './pino.settings.js';
import { currentServiceFields } from './service.fields.js';
import { requestSpan } from './trace.fields.js';

/** What is read of a logger of pino. */
interface PinoLogger {
  readonly levels?: { readonly labels?: Readonly<Record<number, string>> };
  readonly [symbol: symbol]: unknown;
}

/** What pino publishes on its tracing channel `pino_asJson` when it is about to write a line. */
export interface PinoLine {
  readonly instance: PinoLogger;
  /** The object that was logged, with what the mixin added; the message; the level; the time as JSON text. */
  readonly arguments: ArrayLike<unknown>;
}

type Convert = (value: unknown) => unknown;

/** How one logger of pino is set up. */
interface PinoSetup {
  /** Attributes of every line: what `child()` was given, serialised and redacted by pino when it was. */
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly serializers: Readonly<Record<string, Convert | undefined>>;
  /** What makes redacted JSON of the value of a key, if anything is redacted there. */
  readonly redacting: (key: string) => Convert | undefined;
  /** `formatters.log` of the application. */
  readonly format: ((object: object) => object) | undefined;
  readonly errorKey: string;
  readonly messageKey: string;
}

const TRACE_FIELDS = ['trace_id', 'span_id', 'trace_flags'];
/** The resource says these. */
const OF_THE_PROCESS = ['pid', 'hostname'];

/** From TRACE to FATAL4. */
const SEVERITIES = Object.values(SeverityNumber).filter(
  (value): value is SeverityNumber => typeof value === 'number' && value !== SeverityNumber.UNSPECIFIED,
);
/** From `trace` up to what is above `fatal`. */
const LEVELS = 60;

const setups = new WeakMap<object, PinoSetup>();

/** Sends a line of pino as a log record, from the objects that it is made of. Throws what getters of these throw. */
export function sendPinoLine({ instance, arguments: given }: PinoLine): void {
  const [logged, message, level] = Array.from(given);
  const severityNumber = severityOf(level);
  if (!recordsAreTaken(severityNumber)) return;
  const setup = setupOf(instance);
  const object = objectOf(logged, setup);
  const failure = object[setup.errorKey];
  const error = isError(failure) ? describeFailure(failure, undefined) : undefined;
  const attributes = { ...setup.bindings, ...attributesOf(object, setup, error !== undefined) };
  const body = redactedBy(setup, setup.messageKey, message ?? object[setup.messageKey]);
  const content = redactedContent({ body, attributes, error });
  const label = instance.levels?.labels?.[level as number] ?? SeverityNumber[severityNumber];
  sendRecord(
    {
      ...content,
      time: Date.now(),
      severityNumber,
      severityText: label.toUpperCase(),
      eventName: undefined,
      context: undefined,
    },
    activeFor(logged),
  );
}

/** pino's levels are ten apart, and so are ours four: what is in between keeps its place. */
function severityOf(level: unknown): SeverityNumber {
  if (typeof level !== 'number' || !Number.isFinite(level)) return SeverityNumber.INFO;
  const place = Math.floor(((level - 10) * SEVERITIES.length) / LEVELS);
  return SEVERITIES[Math.min(SEVERITIES.length - 1, Math.max(0, place))] ?? SeverityNumber.INFO;
}

function activeFor(object: unknown): Context {
  const active = context.active();
  if (trace.getSpanContext(active) !== undefined) return active;
  const span = requestSpan(object);
  return span === undefined ? active : trace.setSpan(ROOT_CONTEXT, span);
}

function objectOf(logged: unknown, { format }: PinoSetup): Record<string, unknown> {
  if (typeof logged !== 'object' || logged === null) return {};
  return (format === undefined ? logged : format(logged)) as Record<string, unknown>;
}

/** What pino redacts it tells as JSON only, which then, and only then, has to be read. */
function redactedBy({ redacting }: PinoSetup, key: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  const redact = redacting(key);
  return redact === undefined ? value : parsed(redact(value));
}

function attributesOf(
  object: Record<string, unknown>,
  setup: PinoSetup,
  hasError: boolean,
): Record<string, unknown> {
  const { serializers, errorKey, messageKey } = setup;
  const attributes: Record<string, unknown> = {};
  const service = currentServiceFields();
  for (const key of Object.keys(object)) {
    if (key === messageKey || (key === errorKey && hasError)) continue;
    if (TRACE_FIELDS.includes(key) || Object.hasOwn(service, key)) continue;
    const serialize = serializers[key];
    const value = serialize === undefined ? object[key] : serialize(object[key]);
    attributes[key] = redactedBy(setup, key, value);
  }
  return attributes;
}

function setupOf(instance: PinoLogger): PinoSetup {
  let setup = setups.get(instance);
  if (setup === undefined) setups.set(instance, (setup = readSetup(instance)));
  return setup;
}

function readSetup(instance: PinoLogger): PinoSetup {
  const redacting = (settingOf(instance, 'pino.stringifiers') ?? {}) as Record<string | symbol, Convert>;
  const everywhere = settingOf(redacting, 'pino.wildcardFirst') as Convert | undefined;
  const formatters = settingOf(instance, 'pino.formatters') as { log?: PinoSetup['format'] } | undefined;
  const bindings = bindingsOf(settingOf(instance, 'pino.chindings'));
  for (const name of [...OF_THE_PROCESS, ...TRACE_FIELDS]) Reflect.deleteProperty(bindings, name);
  return {
    bindings,
    serializers: (settingOf(instance, 'pino.serializers') ?? {}) as PinoSetup['serializers'],
    redacting: (key) => redacting[key] ?? everywhere,
    format: formatters?.log,
    errorKey: (settingOf(instance, 'pino.errorKey') ?? 'err') as string,
    messageKey: (settingOf(instance, 'pino.messageKey') ?? 'msg') as string,
  };
}

/** pino keeps bindings as the text they have in every line; it is read once for each logger, and not for each line. */
function bindingsOf(text: unknown): Record<string, unknown> {
  if (typeof text !== 'string' || text === '') return {};
  const bindings = parsed(`{${text.slice(1)}}`);
  return typeof bindings === 'object' && bindings !== null ? (bindings as Record<string, unknown>) : {};
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    return undefined;
  }
}
