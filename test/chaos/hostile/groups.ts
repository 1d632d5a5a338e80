import { apiCases } from './api.cases.ts';
import { extensionCases } from './extension.cases.ts';
import type { HostileCases } from './hostile.case.ts';
import { httpCases } from './http.cases.ts';
import { logsCases } from './logs.cases.ts';
import { metricsCases } from './metrics.cases.ts';
import { propagationCases } from './propagation.cases.ts';
import { workCases } from './work.cases.ts';

/** Each runs in a process of its own. */
export const groups: Readonly<Record<string, HostileCases>> = {
  'the tracing API': apiCases,
  'the metrics API': metricsCases,
  logging: logsCases,
  propagation: propagationCases,
  'work in spans': workCases,
  'extensions of tracing': extensionCases,
  'requests over HTTP': httpCases,
};
