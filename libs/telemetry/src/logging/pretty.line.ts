import { inspect } from 'node:util';
import type { LogLevelName } from '../telemetry.options.js';
import { escapeControlCharacters } from './control-characters.js';
import type { LogError } from '../processors/record.content.js';
import type { LineFormat, LogRecord } from './log-record.js';
import { jsonString, safeJson } from './safe-json.js';

type Paint = (text: string) => string;

const RESET = '\u001b[0m';
const LEVEL_COLORS: Readonly<Record<LogLevelName, string>> = {
  verbose: '\u001b[96m',
  debug: '\u001b[95m',
  log: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[1;31m',
};
const DIM = '\u001b[2m';
const YELLOW = '\u001b[33m';

/** Every further line of an event begins with this, so that no text can pass for an event of its own. */
const INDENT = '    ';
/** Enough of a trace id to find it by. */
const SHORT_ID = 8;

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function localTime(time: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => padded(part, 2));
  return `${clock.join(':')}.${padded(date.getMilliseconds(), 3)}`;
}

/** As people read it in JavaScript: `{ id: 42 }`. Goes through JSON first, which bounds it and calls no custom inspect. */
function readable(value: unknown, breakLength: number): string {
  const json = safeJson(value);
  if (json === undefined) return 'undefined';
  return inspect(JSON.parse(json), { depth: null, breakLength, maxArrayLength: null, maxStringLength: null });
}

function onOneLine(text: string): string {
  // Through a JSON string for its limit on length.
  return escapeControlCharacters(JSON.parse(jsonString(text)) as string);
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `\n${INDENT}${escapeControlCharacters(line)}`)
    .join('');
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return onOneLine(body);
  const [first = '', ...rest] = readable(body, 100).split('\n');
  return escapeControlCharacters(first) + rest.map(indented).join('');
}

function errorText(error: LogError, label = ''): string {
  const title = [error.type, error.message].filter((part) => part !== undefined && part !== '').join(': ');
  const stack = JSON.parse(jsonString(error.stack ?? title)) as string;
  const attributes = error.attributes === undefined ? '' : ` ${readable(error.attributes, Infinity)}`;
  const cause = error.cause === undefined ? '' : errorText(error.cause, 'caused by ');
  const members = (error.errors ?? []).map((member) => errorText(member, 'member ')).join('');
  return indented(`${label}${stack}${attributes}`) + cause + members;
}

/**
 * The readable form: service, local time, level, context, message, attributes and the start of the trace id, then an
 * error's stack and causes on indented lines.
 */
export function prettyLine(options: { readonly colors: boolean }): LineFormat {
  const paint =
    (color: string): Paint =>
    (text) =>
      options.colors ? `${color}${text}${RESET}` : text;
  const dim = paint(DIM);
  const yellow = paint(YELLOW);

  return (record: LogRecord): string => {
    const level = paint(LEVEL_COLORS[record.level]);
    const { context, attributes, traceId, error } = record;
    const parts = [
      dim(`[${onOneLine(record.service.name ?? 'Nest')}]`),
      localTime(record.time),
      level(record.level.toUpperCase().padStart(7)),
    ];
    if (context) parts.push(yellow(`[${onOneLine(context)}]`));
    parts.push(level(bodyText(record.body)));
    if (attributes !== undefined) parts.push(escapeControlCharacters(readable(attributes, Infinity)));
    if (traceId !== undefined) parts.push(dim(`trace=${traceId.slice(0, SHORT_ID)}`));
    return `${parts.join(' ')}${error === undefined ? '' : dim(errorText(error))}\n`;
  };
}
