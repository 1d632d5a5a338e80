import { ROOT_CONTEXT, type Context, type Link } from '@opentelemetry/api';
import { inject } from '../propagation/inject.js';
import { arrivalOf } from '../propagation/extract.js';
import { NESTJS_LINK } from '../semconv.js';

/** Context as BullMQ keeps it with a job: the headers of W3C as JSON. */
export function toMetadata(context: Context): string | undefined {
  const headers = inject({}, { context });
  return Object.keys(headers).length === 0 ? undefined : JSON.stringify(headers);
}

/** The headers in the metadata of a job, which may have been written by anybody. */
export function headersOf(metadata: unknown): object | undefined {
  if (typeof metadata !== 'string') return undefined;
  try {
    const headers: unknown = JSON.parse(metadata);
    return typeof headers === 'object' && headers !== null ? headers : undefined;
  } catch {
    return undefined;
  }
}

/** A link to the span that wrote the metadata, saying what it is to this one. */
export function linksTo(metadata: unknown, what: 'enqueued_by' | 'previous_attempt'): Link[] {
  const { links } = arrivalOf(headersOf(metadata), 'restart', ROOT_CONTEXT);
  return links.map((link) => ({ ...link, attributes: { [NESTJS_LINK]: what } }));
}
