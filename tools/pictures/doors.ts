import { METRICS, type MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';
import {
  DB_QUERY_SUMMARY,
  DB_SYSTEM_NAME,
  HTTP_REQUEST_METHOD,
  HTTP_ROUTE,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_OPERATION_NAME,
  MESSAGING_SYSTEM_NAME,
  RPC_METHOD,
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
} from '../../libs/telemetry/src/semconv.ts';
import { labelOf } from './series.ts';

/** A way in or out of a service, observed by rate, errors and duration. */
export interface Door {
  readonly title: string;
  /** Histogram of durations. */
  readonly row: MetricRow;
  /** Attributes that tell what was called. */
  readonly attributes: readonly string[];
}

/** A door that others depend on: it has objectives, and alerts when they are missed. */
export interface DoorIn extends Door {
  /** What names of alerts begin with. */
  readonly alert: string;
  /** What comes in. */
  readonly noun: string;
}

export const DOORS_IN: readonly DoorIn[] = [
  {
    title: 'HTTP server',
    row: METRICS.httpServerRequestDuration,
    attributes: [HTTP_REQUEST_METHOD, HTTP_ROUTE],
    alert: 'HttpServer',
    noun: 'requests',
  },
  {
    title: 'RPC server',
    row: METRICS.rpcServerCallDuration,
    attributes: [RPC_SYSTEM_NAME, RPC_METHOD],
    alert: 'RpcServer',
    noun: 'calls',
  },
  {
    title: 'Messages processed',
    row: METRICS.messagingProcessDuration,
    attributes: [MESSAGING_SYSTEM_NAME, MESSAGING_DESTINATION_NAME],
    alert: 'MessagingProcess',
    noun: 'messages',
  },
];

const DOORS_OUT: readonly Door[] = [
  {
    title: 'HTTP client',
    row: METRICS.httpClientRequestDuration,
    attributes: [HTTP_REQUEST_METHOD, SERVER_ADDRESS],
  },
  {
    title: 'RPC client',
    row: METRICS.rpcClientCallDuration,
    attributes: [RPC_SYSTEM_NAME, RPC_METHOD],
  },
  {
    title: 'Messages sent and received',
    row: METRICS.messagingClientOperationDuration,
    attributes: [MESSAGING_OPERATION_NAME, MESSAGING_DESTINATION_NAME],
  },
  {
    title: 'Database',
    row: METRICS.dbClientOperationDuration,
    attributes: [DB_SYSTEM_NAME, DB_QUERY_SUMMARY],
  },
];

export const DOORS: readonly Door[] = [...DOORS_IN, ...DOORS_OUT];

/** Labels that tell what was called. */
export function labelsOf({ row, attributes }: Door): string[] {
  return attributes.map((attribute) => labelOf(row, attribute));
}
