import { readFileSync } from 'node:fs';
import type { Signal } from '@nest-telemetry/otlp';
import { type Destination, directoryProblem } from '@nest-telemetry/spool';
import type { Resource } from '@opentelemetry/resources';
import type { Environment } from '../../config/environment.js';
import { type OtlpDestination, type OtlpSignal, resolveDestination } from '../../config/otlp-destination.js';
import type { ResolvedOptions } from '../../config/resolved-options.js';
import { reasonOf } from '../../telemetry.warnings.js';
import { type Delivery, memoryDelivery } from './delivery.js';
import { DurableDelivery } from './durable.delivery.js';

/** Decides how telemetry waits for its delivery over OTLP, and begins with it. Never throws. */
export function createDelivery(options: ResolvedOptions, env: Environment, resource: Resource): Delivery {
  const { delivery, serviceName: service } = options;
  const wanted = signalsOverOtlp(options);
  if (wanted.length === 0) return memoryDelivery();
  if (delivery.mode === 'memory') return memoryDelivery('memory');
  const { destinations, problems } = resolveAll(wanted, options, env);
  if (Object.keys(destinations).length === 0) return memoryDelivery(`memory (${problems.join(', ')})`);
  const { directory, maxBytes, maxAgeMillis, batchDelayMillis, batchRecords } = delivery;
  if (directory === undefined) return memoryDelivery('memory (no directory for state is known)');
  // Who named a directory gets it as soon as it can be used; who did not is not bothered.
  const problem = delivery.isExplicit ? undefined : directoryProblem(directory, service);
  if (problem !== undefined) return memoryDelivery(`memory (${problem})`);
  const more = problems.map((each) => `, but ${each}`).join('');
  const batch = { delayMillis: batchDelayMillis, maxRecords: batchRecords };
  try {
    return new DurableDelivery(
      { directory, service, destinations, maxBytes, maxAgeMillis, batch, workerDelayMillis: START_MILLIS },
      resource,
      more,
    );
  } catch (error) {
    return memoryDelivery(`memory (${reasonOf(error)})`);
  }
}

/** An application that starts has better things to do than to start a thread for what there is to send. */
const START_MILLIS = 1000;

interface Wanted {
  readonly signal: Signal;
  readonly variables: OtlpSignal;
  readonly protocol: ResolvedOptions['traces']['protocol'];
}

function signalsOverOtlp({ traces, metrics, logs }: ResolvedOptions): Wanted[] {
  const all: (Wanted & { readonly isWanted: boolean })[] = [
    {
      signal: 'traces',
      variables: 'TRACES',
      protocol: traces.protocol,
      isWanted: traces.enabled && traces.exporters.includes('otlp'),
    },
    {
      signal: 'metrics',
      variables: 'METRICS',
      protocol: metrics.protocol,
      isWanted: metrics.enabled && metrics.exporters.includes('otlp'),
    },
    {
      signal: 'logs',
      variables: 'LOGS',
      protocol: logs.protocol,
      isWanted: logs.enabled && logs.exporters.includes('otlp'),
    },
  ];
  return all.filter(({ isWanted }) => isWanted);
}

function resolveAll(
  wanted: readonly Wanted[],
  { otlp }: ResolvedOptions,
  env: Environment,
): { readonly destinations: Partial<Record<Signal, Destination>>; readonly problems: readonly string[] } {
  const destinations: Partial<Record<Signal, Destination>> = {};
  const problems: string[] = [];
  for (const { signal, variables, protocol } of wanted) {
    const found = resolveDestination(variables, protocol, otlp, env);
    const destination = typeof found === 'string' ? found : withCertificates(found);
    if (typeof destination === 'string') problems.push(`${signal} from memory: ${destination}`);
    else destinations[signal] = destination;
  }
  return { destinations, problems };
}

function withCertificates({ certificates, ...destination }: OtlpDestination): Destination | string {
  try {
    const files = Object.entries(certificates).flatMap(([name, path]) =>
      path === undefined ? [] : [[name, readFileSync(path, 'utf8')]],
    );
    return { ...destination, tls: Object.fromEntries(files) as Record<string, string> };
  } catch (error) {
    return reasonOf(error);
  }
}
