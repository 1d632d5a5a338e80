import type { JsonAttributes, JsonValue } from '../api/api.types.js';
import { count } from './figures.js';
import type { Diagnosis, DoctorRule, Examination } from './doctor.rule.js';
import type { ExaminedLog } from './log.sample.js';
import { type FoundSecret, mayHoldSecrets, secretIn, secretsIn } from './secret.patterns.js';
import { Sightings } from './sightings.js';

/** D13. */
export const secretRule: DoctorRule = {
  id: 'D13',
  severity: 'error',
  title: 'Secrets in the telemetry',
  about:
    'Attributes and log records that hold a secret by name (authorization, cookie, password, api_key, …) or by how they look (JWT, Bearer and Basic credentials, private keys, AWS and GitHub keys, passwords in URLs, card numbers). The finding names the place, never the value.',
  fix: 'Nest: the option redaction is on by default and takes out what it knows; leave it on, and name what is secret with you: redaction: { keys: { employeeNumber: true }, values: { employee: /E-[0-9]{6}/ } }. Look at what redaction.allow lets through, and take headers out of traces.http.captureRequestHeaders and captureResponseHeaders. Elsewhere: record no such fields, or take them out with a span or log processor. Whoever could read the telemetry has it now: change what can be changed.',
  examine: (examination) => [...inSpans(examination), ...inLogs(examination)],
};

function inSpans({ sample }: Examination): Diagnosis[] {
  const secrets = new Sightings<FoundSecret & { readonly on: string }>();
  for (const span of sample.spans) {
    const { service, name, attributesText, eventsText } = span.columns;
    const found = mayHoldSecrets(attributesText) ? secretsIn(span.attributes) : [];
    if (eventsText !== null && mayHoldSecrets(eventsText))
      found.push(...span.events.flatMap(({ attributes }) => secretsIn(attributes)));
    for (const { attribute, kind } of found)
      secrets.add(`${service} ${attribute}`, span, { attribute, kind, on: name });
  }
  return secrets.diagnose(({ service, details, first: { attribute, kind, on } }) => ({
    evidence: `The attribute ${attribute} of ${count(details.length, 'span')} of ${service} holds ${kind}, e.g. of ${on}.`,
  }));
}

interface Place {
  readonly service: string;
  readonly where: string;
  readonly kind: string;
  readonly records: ExaminedLog[];
}

function inLogs({ logs }: Examination): Diagnosis[] {
  const places = new Map<string, Place>();
  for (const log of logs) {
    for (const { attribute: where, kind } of secretsOf(log)) {
      const key = `log ${log.service} ${where}`;
      const place = places.get(key) ?? { service: log.service, where, kind, records: [] };
      places.set(key, place);
      place.records.push(log);
    }
  }
  return [...places].map(([key, { service, where, kind, records }]) => ({
    key,
    service,
    evidence: `The ${where} of ${count(records.length, 'log record')} of ${service} holds ${kind}.`,
    occurrences: records.length,
    spans: records
      .slice(0, 5)
      .flatMap(({ traceId, spanId }) =>
        traceId === null || spanId === null ? [] : { traceId, spanId, name: `a log record of ${service}` },
      ),
  }));
}

function secretsOf({ bodyText, attributesText }: ExaminedLog): FoundSecret[] {
  const attributes = mayHoldSecrets(attributesText) ? (JSON.parse(attributesText) as JsonAttributes) : {};
  const found = secretsIn(attributes).map(({ attribute, kind }) => ({
    attribute: `attribute ${attribute}`,
    kind,
  }));
  if (!mayHoldSecrets(bodyText)) return found;
  const body = JSON.parse(bodyText) as JsonValue;
  const kind = secretIn(typeof body === 'string' ? body : bodyText);
  return kind === undefined ? found : [...found, { attribute: 'body', kind }];
}
