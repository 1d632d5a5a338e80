import { brokenPropagationRule } from './broken.propagation.rule.js';
import { clockSkewRule } from './clock.skew.rule.js';
import { detachedLogsRule } from './detached.logs.rule.js';
import type { DoctorRule } from './doctor.rule.js';
import { doubleInstrumentationRule } from './double.instrumentation.rule.js';
import { errorStatusRule } from './error.status.rule.js';
import { internalSpansRule } from './internal.spans.rule.js';
import { lateStartRule } from './late.start.rule.js';
import { metricRule } from './metric.rule.js';
import { orphanRule } from './orphan.rule.js';
import { repeatedQueryRule } from './repeated.query.rule.js';
import { rootClientRule } from './root.client.rule.js';
import { secretRule } from './secret.rule.js';
import { sequentialCallsRule } from './sequential.calls.rule.js';
import { serviceNameRule } from './service.name.rule.js';
import { spanNamesRule } from './span.names.rule.js';
import { unendedRule } from './unended.rule.js';

/** In the order in which they are shown when they are equally grave. */
export const RULES: readonly DoctorRule[] = [
  serviceNameRule,
  orphanRule,
  brokenPropagationRule,
  rootClientRule,
  unendedRule,
  doubleInstrumentationRule,
  spanNamesRule,
  repeatedQueryRule,
  sequentialCallsRule,
  errorStatusRule,
  detachedLogsRule,
  clockSkewRule,
  secretRule,
  metricRule,
  lateStartRule,
  internalSpansRule,
];
