import type { Finding } from '../api/api.types.js';
import type { TimeWindow } from '../query/time.window.js';
import type { Store } from '../store/store.js';
import type { ExaminedLog } from './log.sample.js';
import type { SpanSample } from './span.sample.js';

/** What a rule finds; the doctor adds the rule, and whether somebody chose to ignore it. */
export interface Diagnosis extends Omit<Finding, 'fix' | 'ignored' | 'rule' | 'severity' | 'title'> {
  /** @defaultValue that of the rule */
  readonly fix?: string;
}

/** What a rule looks at. Rules read the sample, or bounded rows of their own; never everything there is. */
export interface Examination extends TimeWindow {
  readonly store: Store;
  readonly sample: SpanSample;
  readonly logs: readonly ExaminedLog[];
  /** Only this trace, if it is given. */
  readonly traceId: string | undefined;
  /** When this is: what ended a moment ago may not have arrived with all it belongs to. */
  readonly nowUs: number;
}

/** One way in which telemetry goes wrong. */
export interface DoctorRule {
  /** D01 to D16. */
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly title: string;
  /** One or two sentences for the guide: what is looked for, and from when on it is told. */
  readonly about: string;
  /** What to write in a Nest application with nest-telemetry, and what elsewhere. */
  readonly fix: string;
  readonly examine: (examination: Examination) => Diagnosis[];
}
