import { warn } from '../../telemetry.warnings.js';

/** Counts what one instrument was given and could not use, and says so once. */
export class Refusals {
  count = 0;

  constructor(readonly metric: string) {}

  add(what: string): void {
    this.count += 1;
    if (this.count === 1) warn('NT_METRIC_INPUT_INVALID', { metric: this.metric, what });
  }
}
