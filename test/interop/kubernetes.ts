import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './programs.ts';

/**
 * The release of Kubernetes that manifests are held against. Its API is described in its own sources, a Go module; the sum is
 * what go.sum would say.
 */
export const KUBERNETES = {
  module: 'k8s.io/kubernetes@v1.36.3',
  sum: 'h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=',
} as const;

/** Where the JSON schemas of its kinds are kept, whether or not they are there. A change of how they are made is a new number. */
export const SCHEMAS: string = join(CACHE, `kubernetes-${KUBERNETES.module.split('@')[1]}-schemas-1`);

/** What kubeconform is told for `-schema-location`; undefined where they have not been made. */
export function schemaLocation(): string | undefined {
  return existsSync(SCHEMAS) ? join(SCHEMAS, '{{ .ResourceKind }}{{ .KindSuffix }}.json') : undefined;
}
