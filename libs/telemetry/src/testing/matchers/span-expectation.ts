import type { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TreeSpan } from '../../sdk/console/trace-tree.js';
import { kindName, statusName } from '../../sdk/console/tree-span.js';
import { isSpan } from './is-span.js';
import { attributeMismatches, type MatcherContext } from './matcher-context.js';
import { show } from './show.js';
import { quoted, textMatches } from './text-expectation.js';

/** What a span has to be like. Every field is optional; values may be asymmetric matchers, e.g. `expect.any(String)`. */
export interface SpanExpectation {
  /** Name of the parent, the parent itself, or `null` for a span without parent. */
  parent?: string | RegExp | { readonly name: string } | null;
  kind?: TreeSpan['kind'] | SpanKind;
  status?: TreeSpan['status'] | SpanStatusCode;
  statusMessage?: unknown;
  /** Attributes that must be there among others; `undefined` for one that must not. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Events that must be there among others. */
  events?: readonly (string | EventExpectation)[];
  /** Links that must be there among others: to a span, or by the fields given. */
  links?: readonly (ReadableSpan | LinkExpectation)[];
  /** How many spans must be like this. @defaultValue at least one */
  count?: number;
  traceId?: unknown;
}

/** What a span event has to be like. */
export interface EventExpectation {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Where a link has to lead. */
export interface LinkExpectation {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** In which respects a span is not as expected. */
export function spanMismatches(
  context: MatcherContext,
  span: ReadableSpan,
  expected: SpanExpectation,
  all: readonly ReadableSpan[],
): string[] {
  const { equals } = context;
  const reasons: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown): void => {
    if (!equals(got, wanted)) reasons.push(`${what}: expected ${show(wanted)}, got ${show(got)}`);
  };
  const { kind, status } = expected;
  if (expected.parent !== undefined) reasons.push(...parentMismatches(span, expected.parent, all));
  if (kind !== undefined)
    compare('kind', typeof kind === 'number' ? kindName(kind) : kind, kindName(span.kind));
  if (status !== undefined)
    compare('status', typeof status === 'number' ? statusName(status) : status, statusName(span.status.code));
  if ('statusMessage' in expected) compare('status message', expected.statusMessage, span.status.message);
  if (expected.traceId !== undefined) compare('trace id', expected.traceId, span.spanContext().traceId);
  return [
    ...reasons,
    ...attributeMismatches(context, expected.attributes, span.attributes),
    ...(expected.events ?? []).flatMap((event) => eventMismatches(context, event, span)),
    ...(expected.links ?? []).flatMap((link) => linkMismatches(context, link, span)),
  ];
}

function parentMismatches(
  span: ReadableSpan,
  expected: Exclude<SpanExpectation['parent'], undefined>,
  all: readonly ReadableSpan[],
): string[] {
  const { traceId } = span.spanContext();
  const id = span.parentSpanContext?.spanId;
  const parent = all
    .map((other) => ({ other, ids: other.spanContext() }))
    .find(({ ids }) => ids.spanId === id && ids.traceId === traceId)?.other;
  const got = parent ? `"${parent.name}"` : id ? `${id}, which was not recorded` : 'none';
  if (expected === null) return id ? [`parent: expected none, got ${got}`] : [];
  const name = typeof expected === 'string' || expected instanceof RegExp ? expected : expected.name;
  const fits = isSpan(expected)
    ? parent === expected
    : parent !== undefined && textMatches(name, parent.name);
  if (fits) return [];
  const sameName = isSpan(expected) && parent?.name === name ? ' (another span of that name)' : '';
  return [`parent: expected ${quoted(name)}, got ${got}${sameName}`];
}

function eventMismatches(
  context: MatcherContext,
  expected: string | EventExpectation,
  span: ReadableSpan,
): string[] {
  const { name, attributes }: EventExpectation = typeof expected === 'string' ? { name: expected } : expected;
  const reasons = span.events
    .filter((event) => event.name === name)
    .map((event) => attributeMismatches(context, attributes, event.attributes ?? {}));
  const [closest] = reasons.toSorted((a, b) => a.length - b.length);
  if (closest) return closest.map((reason) => `event ${name}, ${reason}`);
  const names = span.events.map((event) => event.name).join(', ');
  return [`event ${name}: not there; events: ${names || 'none'}`];
}

function linkMismatches(
  context: MatcherContext,
  expected: ReadableSpan | LinkExpectation,
  span: ReadableSpan,
): string[] {
  const { equals } = context;
  const ids: LinkExpectation = isSpan(expected) ? expected.spanContext() : expected;
  const attributes = isSpan(expected) ? undefined : expected.attributes;
  const found = span.links.some(
    (link) =>
      (ids.traceId === undefined || equals(link.context.traceId, ids.traceId)) &&
      (ids.spanId === undefined || equals(link.context.spanId, ids.spanId)) &&
      attributeMismatches(context, attributes, link.attributes ?? {}).length === 0,
  );
  if (found) return [];
  return [`link to ${show(expected)}: not there; links: ${span.links.length || 'none'}`];
}
