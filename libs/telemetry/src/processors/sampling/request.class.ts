import { HTTP_REQUEST_METHOD, URL_PATH } from '../../semconv.js';
import type { SpanFacts } from './span.criteria.js';

const MAX_SEGMENTS = 6;
const LONG_SEGMENT = 32;

/**
 * What is counted together, from what is known when a span starts and is still there when it ends: method and path with
 * everything that looks like an id left out, e.g. `GET /users/*`; the name of anything that is no HTTP request.
 */
export function requestClass({ name, attributes }: SpanFacts): string {
  const path = attributes[URL_PATH];
  if (typeof path !== 'string') return name;
  const segments = path.split('/', MAX_SEGMENTS + 1).slice(0, MAX_SEGMENTS);
  const shape = segments.map((segment) => (isFixed(segment) ? segment : '*')).join('/');
  return `${String(attributes[HTTP_REQUEST_METHOD])} ${shape}`;
}

function isFixed(segment: string): boolean {
  return segment.length <= LONG_SEGMENT && !/\d/.test(segment);
}
