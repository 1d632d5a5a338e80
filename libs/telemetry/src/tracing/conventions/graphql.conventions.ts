import type { Attributes } from '@opentelemetry/api';
import { GRAPHQL_OPERATION_NAME, GRAPHQL_OPERATION_TYPE } from '../../semconv.js';

/** Name and attributes of the span of an operation. The name of an operation is what a client made up, so it is `high`. */
export interface GraphqlSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** A span named `query`, or `query GetUser` where the name may be shown. */
export function graphqlSpan(type: string | undefined, name: string | undefined, named: boolean): GraphqlSpan {
  const low: Attributes = {};
  const high: Attributes = {};
  if (type !== undefined) low[GRAPHQL_OPERATION_TYPE] = type;
  if (name !== undefined) high[GRAPHQL_OPERATION_NAME] = name;
  const base = type ?? 'GraphQL Operation';
  return { name: type !== undefined && name !== undefined && named ? `${base} ${name}` : base, low, high };
}

const MAX_NAMES = 200;
const MAX_NAME_LENGTH = 64;

/** The conventions warn of names that clients make up in the names of spans: the first ones may be shown, and stay. */
export class FewNames {
  readonly #names = new Set<string>();

  admits(name: string): boolean {
    if (this.#names.has(name)) return true;
    if (this.#names.size >= MAX_NAMES || name.length > MAX_NAME_LENGTH) return false;
    this.#names.add(name);
    return true;
  }
}

/** Where a field is in the answer, without the places in lists: `users.orders`. */
export function graphqlFieldPath(path: GraphqlPath | undefined): string {
  const keys: string[] = [];
  for (let at = path; at !== undefined; at = at.prev) {
    if (typeof at.key === 'string') keys.unshift(at.key);
  }
  return keys.join('.');
}

/** The path graphql-js gives to a resolver, last key first. */
export interface GraphqlPath {
  readonly key: string | number;
  readonly prev: GraphqlPath | undefined;
}
