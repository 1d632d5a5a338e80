import { describeCode, type ErrorDetails, type TelemetryCode } from './telemetry.errors.js';
import { WarningLedger } from './telemetry.warning-ledger.js';

/** Takes a warning to where people look. */
export type WarningSink = (code: TelemetryCode, text: string) => void;

const processWarning: WarningSink = (code, text) => {
  process.emitWarning(text, { type: 'TelemetryWarning', code });
};

/** Of the applications that run in this process; the last one is told. */
const sinks: WarningSink[] = [processWarning];
/** Of recorders; they hear of every warning, also of one that was reported a moment ago. */
const observers = new Set<WarningSink>();
const ledger = new WarningLedger();
/** A reason may be any text, also one of megabytes. */
const MAX_REASON = 500;
let isTelling = false;
/** Reasons are texts of others: messages of errors, addresses, names. */
let redact = (text: string): string => text;

/**
 * Reports a warning of the catalogue. One that differs from another in its reason only is the same, and is reported at
 * most once a minute, so that what fails for every request cannot flood the log. Never throws.
 */
export function warn(code: TelemetryCode, details: ErrorDetails = {}): void {
  const { isDue, unsaid } = ledger.enter(code, details, Date.now());
  if (!isDue && observers.size === 0) return;
  const text = redact(describeCode(code, details));
  for (const observe of observers) observe(code, text);
  // What a logger makes fail while it is told of a failure is counted, and not told to it.
  if (!isDue || isTelling) return;
  isTelling = true;
  try {
    sinks.at(-1)?.(code, unsaid === 0 ? text : `${text} (${unsaid} more since this was last reported)`);
  } catch {
    // A broken logger must not break the code that reports.
  } finally {
    isTelling = false;
  }
}

/** Lets every warning pass here before anybody is told of it; it must not throw. */
export function redactWarnings(next: (text: string) => string): void {
  redact = next;
}

/** How often each warning was given since the process started, reported or not. */
export function warningCounts(): ReadonlyMap<TelemetryCode, number> {
  return ledger.counts;
}

/** Sends warnings to the application's logger while it runs; returns how to go back to who was told before. */
export function useWarningSink(next: WarningSink): () => void {
  sinks.push(next);
  return () => {
    const index = sinks.lastIndexOf(next);
    if (index > 0) sinks.splice(index, 1);
  };
}

/** Tells of every warning from now on; returns how to stop that. */
export function observeWarnings(observer: WarningSink): () => void {
  observers.add(observer);
  return () => observers.delete(observer);
}

/**
 * Runs a function the user gave us; if it throws, says so and answers with the fallback. A promise is no answer where
 * there is a fallback, because nobody can wait for it.
 */
export function guarded<T>(where: string, run: () => T, fallback: T): T {
  try {
    const answer = run();
    if (!(answer instanceof Promise)) return answer;
    watchRejection(where, answer);
    if (fallback === undefined) return answer;
    warn('NT_USER_CODE_FAILED', { where, reason: 'it answered with a promise, which is not waited for' });
  } catch (error) {
    userCodeFailed(where, error);
  }
  return fallback;
}

/**
 * Looks after what a function returned that is not waited for: a rejection nobody handles would end the process. To be
 * called where what throws is caught, because looking at the value may throw.
 */
export function watchRejection(where: string, answer: unknown): void {
  if (answer instanceof Promise) answer.catch((error: unknown) => userCodeFailed(where, error));
}

/** Says that a function the user gave us failed. Never throws. */
export function userCodeFailed(where: string, error: unknown): void {
  warn('NT_USER_CODE_FAILED', { where, reason: reasonOf(error) });
}

/** What a thrown value says of itself. Anything can be thrown, also what cannot be turned into text. */
export function reasonOf(error: unknown): string {
  try {
    const reason = String(error instanceof Error ? error.message : error);
    return reason.length <= MAX_REASON ? reason : `${reason.slice(0, MAX_REASON)}…`;
  } catch {
    return 'a value that cannot be shown';
  }
}

/** What an object of the user is called in messages: by its class. */
export function extensionName(extension: object, kind: string): string {
  try {
    const name: unknown = extension.constructor.name;
    return typeof name === 'string' && name !== '' && name !== 'Object' ? name : kind;
  } catch {
    return kind;
  }
}
