import type { TelemetryCode, TelemetryOptions } from 'nest-telemetry';
import type { Stage } from './stage.ts';

/** One thing an application may do wrong, or an extension of it may. */
export interface HostileCase {
  /** What the application is configured with, made anew for each run. */
  readonly options?: () => TelemetryOptions;
  /** Done three times. Whatever comes out of it, now or later, is telemetry's fault. */
  readonly act: (stage: Stage) => unknown;
  /** What is told of it, each once, however often the case repeats itself. */
  readonly warns?: readonly Warning[];
  /** What may be told of it. There is nothing to tell where the input was good enough. */
  readonly mayWarn?: readonly Warning[];
}

/** A warning by its code, or by what is in its text. */
export type Warning = TelemetryCode | RegExp;

/** Cases by what they do. */
export type HostileCases = Readonly<Record<string, HostileCase>>;

/** What was seen of one case. */
export interface Outcome {
  readonly thrown: readonly string[];
  readonly unhandled: readonly string[];
  readonly uncaught: readonly string[];
  readonly warnings: readonly string[];
  /** What `nest_telemetry.warnings` counted, and how many warnings there were by then. */
  readonly counted: number;
  readonly told: number;
  /** Names of the spans of the witness that each of its exporters got: two objects, and one over OTLP. */
  readonly exporters: readonly (readonly string[])[];
  /** The counter and the observable gauge of the witness, as read by its reader. */
  readonly metrics: readonly number[];
  /** Lines the witness logged. */
  readonly lines: number;
}
