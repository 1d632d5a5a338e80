import type { Signal } from '@nest-telemetry/otlp';
import type { ImportResult } from '../api/api.types.js';
import { DashboardError } from '../dashboard.errors.js';
import { MOST_BYTES } from '../receiver/request.body.js';
import type { IngestRequest, IngestResult } from '../store/store.js';
import { jsonDocuments } from './json.documents.js';

/** Most bytes of a file; more than any store keeps. */
const MOST_OF_ALL = 2 * 1024 * 1024 * 1024;
const SIGNALS: Readonly<Record<string, Signal>> = {
  resourceSpans: 'traces',
  resourceLogs: 'logs',
  resourceMetrics: 'metrics',
};

/**
 * Takes a file of OTLP JSON, object by object: an export of a dashboard, of a Collector's file exporter, or one request.
 * @throws DashboardError that says how far it came
 */
export async function importOtlp(
  source: AsyncIterable<Uint8Array>,
  take: (request: IngestRequest) => Promise<IngestResult>,
): Promise<ImportResult> {
  let [requests, accepted, rejected] = [0, 0, 0];
  try {
    for await (const bytes of jsonDocuments(limited(source), MOST_BYTES)) {
      const result = await take({ signal: signalOf(bytes), encoding: 'json', bytes });
      requests += 1;
      accepted += result.accepted;
      rejected += result.rejected;
    }
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const message = `Request ${requests + 1} of the file: ${error.message} What was before it is here.`;
    throw new DashboardError(error.code, message, { cause: error });
  }
  return { requests, accepted, rejected };
}

async function* limited(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MOST_OF_ALL)
      throw new DashboardError('ND_BODY_TOO_LARGE', `A file may have ${MOST_OF_ALL} bytes.`);
    yield chunk;
  }
}

/** By the first name in the object, which is the only one in a request. */
function signalOf(bytes: Uint8Array): Signal {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('utf8');
  const [, name = ''] = /^\{\s*"(\w+)"/.exec(start) ?? [];
  const signal = Object.hasOwn(SIGNALS, name) ? SIGNALS[name] : undefined;
  if (signal === undefined)
    throw new DashboardError(
      'ND_IMPORT_MALFORMED',
      `An export request begins with ${Object.keys(SIGNALS).join(', ')}, not with ${name.slice(0, 40) || 'that'}.`,
    );
  return signal;
}
