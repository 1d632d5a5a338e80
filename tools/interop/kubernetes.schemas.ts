/** A schema as Kubernetes describes its API with: that of OpenAPI 2. */
export interface ApiSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly additionalProperties?: ApiSchema | boolean;
  readonly [keyword: string]: unknown;
}

/** `api/openapi-spec/swagger.json` of Kubernetes. */
export interface ApiDescription {
  readonly definitions: Readonly<Record<string, ApiSchema>>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const DEFINITIONS = 'definitions.json';

/**
 * JSON schemas of all kinds of an API by file name, as kubeconform looks for them: `deployment-apps-v1.json`. They refer to
 * one file with all definitions, and allow no field that these do not name.
 */
export function schemasOf({ definitions }: ApiDescription): Map<string, object> {
  const strict = Object.entries(definitions).map(([name, schema]) => [name, strictSchema(schema)] as const);
  const files = new Map<string, object>([[DEFINITIONS, { definitions: Object.fromEntries(strict) }]]);
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly GroupVersionKind[];
    for (const { group, version, kind } of kinds) {
      const own = { $ref: `${DEFINITIONS}#/definitions/${name}` };
      files.set(fileName({ group, version, kind }), { allOf: [own], required: ['apiVersion', 'kind'] });
    }
  }
  return files;
}

/** kubeconform takes the first part of a group, and leaves out the one without a name. */
function fileName({ group, version, kind }: GroupVersionKind): string {
  return `${[kind, ...group.split('.').slice(0, 1), version].filter((part) => part !== '').join('-')}.json`.toLowerCase();
}

function strictSchema(schema: ApiSchema): ApiSchema {
  // Two types that the API calls strings and takes numbers for.
  if (schema.format === 'int-or-string') return { anyOf: [{ type: 'string' }, { type: 'integer' }] };
  if (schema.type === 'string' && String(schema['description']).startsWith('Quantity is ')) {
    return { anyOf: [{ type: 'string' }, { type: 'number' }] };
  }
  if (schema.properties === undefined || schema.additionalProperties !== undefined) return schema;
  return { ...schema, additionalProperties: false };
}
