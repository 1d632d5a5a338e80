import type { AutoTraceCandidate, AutoTraceOptions, AutoTracePattern } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';

type Matcher = (candidate: AutoTraceCandidate) => boolean;

/** Which classes `include` and `exclude` mean. A pattern of the user that throws matches nothing. */
export function classFilter({ include = ['*'], exclude = [] }: AutoTraceOptions): Matcher {
  const included = include.map((pattern) => matcherOf(pattern, 'autoTrace.include'));
  const excluded = exclude.map((pattern) => matcherOf(pattern, 'autoTrace.exclude'));
  return (candidate) =>
    included.some((matches) => matches(candidate)) && !excluded.some((matches) => matches(candidate));
}

function matcherOf(pattern: AutoTracePattern, where: string): Matcher {
  if (typeof pattern === 'function') {
    return (candidate) => guarded(where, () => pattern(candidate), false);
  }
  // Without g and y: with them a RegExp remembers where it stopped, and answers differently the next time.
  const expression =
    typeof pattern === 'string'
      ? fromText(pattern)
      : new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
  return ({ className, moduleName }) => expression.test(className) || expression.test(moduleName);
}

function fromText(text: string): RegExp {
  const literal = text.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '.*')}$`);
}
