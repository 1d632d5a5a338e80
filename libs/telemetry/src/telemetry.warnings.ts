import { describeCode, type ErrorDetails, type TelemetryCode } from './telemetry.errors.js';

/** Takes a warning to where people look. */
export type WarningSink = (code: TelemetryCode, text: string) => void;

const processWarning: WarningSink = (code, text) => {
  process.emitWarning(text, { type: 'TelemetryWarning', code });
};

/** Of the applications that run in this process; the last one is told. */
const sinks: WarningSink[] = [processWarning];
/** Of recorders; they hear of every warning, also of one that was reported a moment ago. */
const observers = new Set<WarningSink>();
const reported = new Map<string, number>();
const MINUTE = 60_000;

/**
 * Reports a warning of the catalogue. The same text is reported at most once a minute, so that a failing exporter
 * cannot flood the log.
 */
export function warn(code: TelemetryCode, details: ErrorDetails = {}): void {
  const text = describeCode(code, details);
  for (const observe of observers) observe(code, text);
  const now = Date.now();
  const last = reported.get(text);
  if (last !== undefined && now - last < MINUTE) return;
  // A bound, should details ever carry unbounded values.
  if (reported.size > 1000) reported.clear();
  reported.set(text, now);
  try {
    sinks.at(-1)?.(code, text);
  } catch {
    // A broken logger must not break the code that reports.
  }
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

/** Runs a function the user gave us; if it throws, says so and answers with the fallback. */
export function guarded<T>(where: string, run: () => T, fallback: T): T {
  try {
    return run();
  } catch (error) {
    warn('NT_USER_CODE_FAILED', { where, reason: reasonOf(error) });
    return fallback;
  }
}

/** What a thrown value says of itself. Anything can be thrown, also what cannot be turned into text. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'a value that cannot be shown';
  }
}
