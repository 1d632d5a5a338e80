import { decodeJson, decodeProtobuf, encodeJson, encodeProtobuf } from './codec.js';
import type { DecodeOptions } from './decode.options.js';
import type { MessageData, MessageType } from './model/message.type.js';
import { logsResponse, metricsResponse, tracesResponse } from './model/otlp.schema.js';

/** The three kinds of telemetry. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** What a receiver did not take of a request it otherwise took; never send those again. */
export interface PartialSuccess {
  /** Number of rejected spans, log records or data points; 0 when the message is a warning only. */
  readonly rejected: bigint;
  readonly errorMessage: string;
}

const RESPONSES: Readonly<Record<Signal, { type: MessageType; rejected: string }>> = {
  traces: { type: tracesResponse, rejected: 'rejectedSpans' },
  logs: { type: logsResponse, rejected: 'rejectedLogRecords' },
  metrics: { type: metricsResponse, rejected: 'rejectedDataPoints' },
};

/**
 * Decodes the protobuf answer to an export request; undefined when everything was taken.
 * @throws {OtlpDecodeError} when the bytes are malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeExportResponse(
  signal: Signal,
  bytes: Uint8Array,
  options?: DecodeOptions,
): PartialSuccess | undefined {
  return partialSuccessOf(signal, decodeProtobuf(RESPONSES[signal].type, bytes, options));
}

/**
 * The same for an answer in JSON. An empty answer counts as `{}`.
 * @throws {OtlpDecodeError} when the text is malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeExportResponseJson(
  signal: Signal,
  json: Uint8Array | string,
  options?: DecodeOptions,
): PartialSuccess | undefined {
  if (json.length === 0) return undefined;
  return partialSuccessOf(signal, decodeJson(RESPONSES[signal].type, json, options));
}

/**
 * Encodes the protobuf answer of a receiver.
 * @since 0.1.0
 */
export function encodeExportResponse(signal: Signal, partialSuccess?: PartialSuccess): Uint8Array {
  return encodeProtobuf(RESPONSES[signal].type, responseData(signal, partialSuccess));
}

/**
 * Encodes the answer of a receiver as JSON.
 * @since 0.1.0
 */
export function encodeExportResponseJson(signal: Signal, partialSuccess?: PartialSuccess): Uint8Array {
  return encodeJson(RESPONSES[signal].type, responseData(signal, partialSuccess));
}

function partialSuccessOf(signal: Signal, response: MessageData): PartialSuccess | undefined {
  const partial = response['partialSuccess'] as MessageData | undefined;
  const rejected = partial?.[RESPONSES[signal].rejected] as bigint | undefined;
  const errorMessage = partial?.['errorMessage'] as string | undefined;
  // A receiver that took everything may still send the message, with nothing in it.
  if (rejected === undefined || errorMessage === undefined || (rejected === 0n && errorMessage === ''))
    return undefined;
  return { rejected, errorMessage };
}

function responseData(signal: Signal, partialSuccess: PartialSuccess | undefined): MessageData {
  if (partialSuccess === undefined) return {};
  const { rejected, errorMessage } = partialSuccess;
  return { partialSuccess: { [RESPONSES[signal].rejected]: rejected, errorMessage } };
}
