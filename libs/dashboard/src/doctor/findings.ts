import type { Finding } from '../api/api.types.js';
import type { TimeWindow } from '../query/time.window.js';
import type { Store } from '../store/store.js';
import { sampleLogs } from './log.sample.js';
import type { StoredSpan } from '../query/stored.span.js';
import { RULES } from './rules.js';
import { SpanSample } from './span.sample.js';

/** What is to be examined. */
export interface Consultation extends TimeWindow {
  /** Keys of findings nobody wants to hear of. */
  readonly ignored: ReadonlySet<string>;
  /** Only this trace, if it is given. */
  readonly traceId?: string;
  /** Its spans, when they have been read already. */
  readonly spans?: readonly StoredSpan[];
  /** @defaultValue now */
  readonly nowUs?: number;
}

const GRAVITY = { error: 0, warning: 1, info: 2 } as const;

/** What is wrong with the telemetry of a window, or of one trace; what is worst comes first. */
export function readFindings(
  store: Store,
  { fromUs, toUs, ignored, traceId, spans, nowUs = Date.now() * 1000 }: Consultation,
): Finding[] {
  const asked = { fromUs, toUs, traceId };
  const examination = {
    ...asked,
    store,
    nowUs,
    sample: new SpanSample(store, { ...asked, spans }),
    logs: sampleLogs(store, asked),
  };
  const findings = RULES.flatMap(({ id, severity, title, fix, examine }) =>
    examine(examination).map((diagnosis) => {
      const key = `${id} ${diagnosis.key}`;
      return { fix, ...diagnosis, key, rule: id, severity, title, ignored: ignored.has(key) };
    }),
  );
  return findings.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}
