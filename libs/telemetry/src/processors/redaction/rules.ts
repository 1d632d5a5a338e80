import type { RedactionLimits, RedactionOptions, RedactionStrategy } from '../../telemetry.options.js';
import { KeyRules } from './key.rules.js';
import { PatternScanner } from './pattern.scanner.js';
import { BASE64_RULE, SCANNERS, SQL_RULE } from './scanners.js';
import { Strategies } from './strategies.js';
import { TextScan } from './text.scan.js';

/** What the options come to. */
export interface RedactionRules {
  readonly keys: KeyRules;
  readonly scan: TextScan;
  readonly strategies: Strategies;
  readonly limits: Required<RedactionLimits>;
  /** Whether numbers are looked at, which is for card numbers. */
  readonly scansNumbers: boolean;
  /** Whether literals are taken out of statements. */
  readonly cleansSql: boolean;
}

/** Puts the standard rules and those of the user together. The options have been checked. */
export function createRules(options: RedactionOptions): RedactionRules {
  const { keys = {}, values = {}, allow = [], limits = {} } = options;
  const keyRules = new KeyRules(keys, allow);
  const standard = SCANNERS.filter(({ name }) => isStandard(values[name]));
  const own = Object.entries(values).flatMap(([name, rule]) => {
    const pattern = patternOf(rule);
    return pattern === undefined ? [] : [new PatternScanner(name, pattern)];
  });
  return {
    keys: keyRules,
    scan: new TextScan(keyRules, [...standard, ...own], values[BASE64_RULE] !== false),
    strategies: new Strategies(options.strategy ?? 'mask', strategiesOf(options), options.pseudonymKey),
    limits: {
      valueLength: limits.valueLength ?? 32_768,
      depth: limits.depth ?? 10,
      nodes: limits.nodes ?? 2000,
      recordLength: limits.recordLength ?? 131_072,
    },
    scansNumbers: isStandard(values['card']),
    cleansSql: values[SQL_RULE] !== false,
  };
}

type ValueRule = NonNullable<RedactionOptions['values']>[string] | undefined;

/** Neither taken away nor replaced. */
function isStandard(rule: ValueRule): boolean {
  return rule !== false && patternOf(rule) === undefined;
}

function patternOf(rule: ValueRule): RegExp | undefined {
  if (rule instanceof RegExp) return rule;
  return typeof rule === 'object' ? rule.pattern : undefined;
}

function strategiesOf({ keys = {}, values = {} }: RedactionOptions): ReadonlyMap<string, RedactionStrategy> {
  const strategies = new Map<string, RedactionStrategy>();
  for (const [name, rule] of Object.entries(values)) {
    const strategy = typeof rule === 'object' && !(rule instanceof RegExp) ? rule.strategy : rule;
    if (typeof strategy === 'string') strategies.set(name, strategy);
  }
  for (const [name, rule] of Object.entries(keys)) {
    if (typeof rule === 'string') strategies.set(name, rule);
  }
  return strategies;
}
