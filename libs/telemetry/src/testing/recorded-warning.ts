import type { TelemetryCode } from '../telemetry.errors.js';

/** A warning that this library gave. */
export interface RecordedWarning {
  /** Stable, e.g. `NT_USER_CODE_FAILED`; see the reference of errors. */
  readonly code: TelemetryCode;
  /** What happened and what to do about it. */
  readonly message: string;
}
