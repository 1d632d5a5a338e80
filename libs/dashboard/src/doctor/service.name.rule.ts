import { count } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import { Sightings } from './sightings.js';

/** D01. Instrumentation Score RES-005. */
export const serviceNameRule: DoctorRule = {
  id: 'D01',
  severity: 'warning',
  title: 'A program does not say who it is',
  about: '`service.name` is missing, or `unknown_service` as SDKs call a program nobody named.',
  fix: "Nest: TelemetryModule.forRoot({ serviceName: 'orders' }). Anywhere: the variable OTEL_SERVICE_NAME=orders.",
  examine: ({ sample }) => {
    const nameless = new Sightings<null>();
    for (const span of sample.spans) {
      const { service } = span.columns;
      if (service.startsWith('unknown_service')) nameless.add(service, span, null);
    }
    return nameless.diagnose(({ service, details }) => ({
      evidence: `${count(details.length, 'span')} came from a program that is called ${service}.`,
    }));
  },
};
