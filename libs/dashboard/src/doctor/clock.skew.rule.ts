import { KIND } from '../store/span.row.js';
import { count, duration, median } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import { Sightings } from './sightings.js';

/** Less is the resolution of clocks, and of SDKs that keep one reading of the wall clock per trace. */
const LEAST_SKEW_US = 5000;

/** D12. */
export const clockSkewRule: DoctorRule = {
  id: 'D12',
  severity: 'warning',
  title: 'Clocks that disagree',
  about:
    'Server spans begin 5 ms or more before the call that caused them, or after it was over. The order of spans of two programs says nothing then.',
  fix: 'Let both machines keep time (NTP, chrony; the clock of a virtual machine stops with its host). Within one machine: one of the programs replaced Date, or sets start times by hand.',
  examine: ({ sample }) => {
    const skews = new Sightings<{ readonly caller: string; readonly skewUs: number }>();
    for (const { spans, byId } of sample.traces) {
      for (const span of spans) {
        const parent = byId.get(span.columns.parentId ?? '');
        if (parent === undefined || span.columns.kind !== KIND.server) continue;
        if (parent.columns.kind !== KIND.client) continue;
        const { startUs, service } = span.columns;
        const isBefore = startUs < parent.columns.startUs - LEAST_SKEW_US;
        if (!isBefore && startUs <= parent.endUs + LEAST_SKEW_US) continue;
        // As NTP has it: the call takes as long to come as the answer to go.
        const skewUs = (startUs - parent.columns.startUs + (span.endUs - parent.endUs)) / 2;
        const caller = parent.columns.service;
        skews.add(`${caller} ${service}`, span, { caller, skewUs });
      }
    }
    return skews.diagnose(({ service, details, first: { caller } }) => {
      const skewUs = median(details.map((detail) => detail.skewUs));
      return {
        evidence: `The clock of ${service} is ${duration(Math.abs(skewUs))} ${skewUs < 0 ? 'behind' : 'ahead of'} that of ${caller}, as seen in ${count(details.length, 'call')}.`,
      };
    });
  },
};
