import { type Attributes, SpanKind } from '@opentelemetry/api';
import { HTTP_REQUEST_METHOD, HTTP_ROUTE, SERVER_ADDRESS, URL_PATH } from '../../semconv.js';
import type { KeepRule, SamplingRule } from '../../telemetry.options.js';
import { EVERYTHING, type Threshold, thresholdOf } from './consistent.threshold.js';

/** What a rule looks at. */
export interface SpanFacts {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** A rule in a form that is quick to follow. */
export interface CompiledRule {
  readonly matches: (facts: SpanFacts) => boolean;
  /** Undefined for none at all. */
  readonly threshold: Threshold | undefined;
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

type Test = (facts: SpanFacts) => boolean;

export function compileRule(rule: SamplingRule | KeepRule): CompiledRule {
  const { method, path, host, name, kind, attributes = {}, sample } = rule;
  const route = 'route' in rule ? rule.route : undefined;
  const tests: Test[] = [];
  if (kind !== undefined) tests.push((facts) => facts.kind === KINDS[kind]);
  if (method !== undefined) {
    const methods = new Set<unknown>(typeof method === 'string' ? [method] : method);
    tests.push((facts) => methods.has(facts.attributes[HTTP_REQUEST_METHOD]));
  }
  if (name !== undefined) {
    const matches = textMatcher(name);
    tests.push((facts) => matches(facts.name));
  }
  if (path !== undefined) tests.push(attributeTest(URL_PATH, path));
  if (host !== undefined) tests.push(attributeTest(SERVER_ADDRESS, host));
  if (route !== undefined) tests.push(attributeTest(HTTP_ROUTE, route));
  for (const [key, value] of Object.entries(attributes)) {
    if (value instanceof RegExp) tests.push(attributeTest(key, value));
    else tests.push((facts) => facts.attributes[key] === value);
  }
  return { matches: (facts) => tests.every((test) => test(facts)), threshold: thresholdFor(sample) };
}

function thresholdFor(sample: SamplingRule['sample']): Threshold | undefined {
  if (sample === 'keep') return EVERYTHING;
  return sample === 'drop' ? undefined : thresholdOf(sample);
}

function attributeTest(key: string, pattern: string | RegExp): Test {
  const matches = textMatcher(pattern);
  return ({ attributes }) => {
    const value = attributes[key];
    return typeof value === 'string' && matches(value);
  };
}

/** `*` stands for any characters. Paths come from strangers, so the time this takes grows with the length alone. */
function textMatcher(pattern: string | RegExp): (text: string) => boolean {
  if (typeof pattern !== 'string') {
    // With g and y a RegExp remembers where it stopped, and answers differently the next time.
    const expression = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
    return (text) => expression.test(text);
  }
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) {
      return false;
    }
    const end = text.length - last.length;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
