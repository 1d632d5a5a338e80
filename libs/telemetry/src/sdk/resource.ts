import type { Attributes } from '@opentelemetry/api';
import { containerDetector } from '@opentelemetry/resource-detector-container';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  type ResourceDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import type { Environment } from '../config/environment.js';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { currentRedactor } from '../processors/redaction/current.redactor.js';
import {
  DEPLOYMENT_ENVIRONMENT_NAME,
  SERVICE_INSTANCE_ID,
  SERVICE_NAME,
  SERVICE_VERSION,
} from '../semconv.js';

/** Variables that a Kubernetes manifest sets through the downward API, and the attribute each becomes. */
const POD_VARIABLES: Readonly<Record<string, string>> = {
  POD_NAME: 'k8s.pod.name',
  POD_NAMESPACE: 'k8s.namespace.name',
  POD_UID: 'k8s.pod.uid',
  NODE_NAME: 'k8s.node.name',
  INSTANCE_ID: SERVICE_INSTANCE_ID,
};

/** Command lines carry passwords; nothing is shown on a dashboard by them that the entry point does not tell. */
const WITHHELD = new Set(['process.command_args', 'process.command_line', 'process.owner']);

/**
 * Describes this process (resource semantic conventions). Later ones win: detected, `OTEL_RESOURCE_ATTRIBUTES`, pod
 * variables, options.
 */
export function createResource(options: ResolvedOptions, env: Environment): Resource {
  const detected = detectResources({
    detectors: [
      serviceInstanceIdDetector,
      withheld(processDetector),
      hostDetector,
      osDetector,
      containerDetector,
      redacted(envDetector),
    ],
  });
  return defaultResource()
    .merge(detected)
    .merge(resourceFromAttributes(currentRedactor().attributes(podAttributes(env), 'resource')))
    .merge(resourceFromAttributes(currentRedactor().attributes(serviceAttributes(options), 'resource')));
}

function withheld(detector: typeof processDetector): typeof processDetector {
  return {
    detect: (config) => {
      const { attributes = {} } = detector.detect(config);
      return {
        attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !WITHHELD.has(name))),
      };
    },
  };
}

/** What people write into a variable may be anything; what the others find out about the machine is no secret. */
function redacted(detector: ResourceDetector): ResourceDetector {
  return {
    detect: (config) => {
      const { attributes = {} } = detector.detect(config);
      return { attributes: currentRedactor().attributes(attributes, 'resource') };
    },
  };
}

function podAttributes(env: Environment): Attributes {
  return Object.fromEntries(
    Object.entries(POD_VARIABLES).flatMap(([variable, attribute]) => {
      const value = env[variable]?.trim();
      return value ? [[attribute, value]] : [];
    }),
  );
}

function serviceAttributes({
  serviceName,
  serviceVersion,
  environment,
  resource,
}: ResolvedOptions): Attributes {
  return {
    [SERVICE_NAME]: serviceName,
    ...(serviceVersion !== undefined && { [SERVICE_VERSION]: serviceVersion }),
    ...(environment !== undefined && { [DEPLOYMENT_ENVIRONMENT_NAME]: environment }),
    ...resource,
  };
}
