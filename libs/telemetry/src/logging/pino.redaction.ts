import { redactedLine } from '../processors/record.redactor.js';
import { settingSymbol } from './pino.settings.js';

/** What puts a line of pino together. */
type AsJson = (object: unknown, message: unknown, level: unknown, time: unknown) => unknown;

const AS_JSON = 'pino.asJson';
/** Where the latest logger had it; nearly always the next one has it there, too. */
let symbol: symbol | undefined;
const ours = new WeakSet<AsJson>();

/**
 * Lets every line of a logger of pino be redacted from now on, and those of its children. pino asks for the mixin before it
 * looks up what makes the line, so that this holds for the line as well that the mixin is asked for.
 * @returns whether it does
 */
export function redactLinesOf(logger: unknown): boolean {
  if (typeof logger !== 'object' || logger === null) return false;
  const settings = logger as Record<symbol, unknown>;
  if (symbol === undefined || settings[symbol] === undefined) symbol = settingSymbol(logger, AS_JSON);
  const asJson = symbol === undefined ? undefined : (settings[symbol] as AsJson);
  if (symbol === undefined || typeof asJson !== 'function') return false;
  if (ours.has(asJson)) return true;
  const redacting: AsJson = function (this: unknown, object, message, level, time) {
    const line = asJson.call(this, object, message, level, time);
    return typeof line === 'string' ? redactedLine(line) : line;
  };
  ours.add(redacting);
  return Reflect.set(logger, symbol, redacting);
}
