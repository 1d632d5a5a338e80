import type { JsonAttributes, JsonValue } from '../api/api.types.js';

/** What tells one copy of a service from another one, as the semantic conventions say. */
const INSTANCE_ID = 'service.instance.id';
const NAMESPACE = 'service.namespace';
/** What tells them apart where nobody gave them ids. */
const PLACE = ['k8s.namespace.name', 'k8s.pod.name', 'container.id', 'host.name', 'process.pid'] as const;

/** The attributes of a resource that name the copy of the service: the same from export to export. */
export function instanceOf(resource: JsonAttributes): JsonAttributes {
  const keys = resource[INSTANCE_ID] === undefined ? [NAMESPACE, ...PLACE] : [NAMESPACE, INSTANCE_ID];
  const known: Record<string, JsonValue> = {};
  for (const key of keys) {
    const value = resource[key];
    if (value !== undefined) known[key] = value;
  }
  return known;
}
