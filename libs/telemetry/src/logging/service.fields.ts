import {
  DEPLOYMENT_ENVIRONMENT_NAME,
  SERVICE_INSTANCE_ID,
  SERVICE_NAME,
  SERVICE_VERSION,
} from '../semconv.js';
import type { ServiceFields } from './log-record.js';

/** Of the applications that run in this process, the one started last counts for lines of other loggers. */
const running: ServiceFields[] = [];
let named: { readonly of: ServiceFields; readonly fields: Readonly<Record<string, string>> } | undefined;

/** Puts the fields of a service into lines of pino and winston; returns how to go back. */
export function useService(service: ServiceFields): () => void {
  running.push(service);
  return () => {
    const index = running.lastIndexOf(service);
    if (index >= 0) running.splice(index, 1);
  };
}

/** The fields by the names they have in a line; before an application runs those of the environment. */
export function currentServiceFields(): Readonly<Record<string, string>> {
  const service = running.at(-1) ?? environmentService;
  if (named?.of !== service) named = { of: service, fields: serviceFields(service) };
  return named.fields;
}

const environmentName = process.env['OTEL_SERVICE_NAME'];
const environmentService: ServiceFields = environmentName ? { name: environmentName } : {};

/** The fields of a service by the names they have in a line. */
export function serviceFields(service: ServiceFields): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) fields[name] = value;
  };
  add(SERVICE_NAME, service.name);
  add(SERVICE_VERSION, service.version);
  add(SERVICE_INSTANCE_ID, service.instanceId);
  add(DEPLOYMENT_ENVIRONMENT_NAME, service.environment);
  return fields;
}
