import { unsafePattern } from './pattern.safety.js';
import { TelemetryError } from './telemetry.errors.js';
import type { RedactionOptions } from './telemetry.options.js';

/**
 * Checks what the shape of the options does not tell.
 * @throws TelemetryError `NT_REDACTION_PATTERN_UNSAFE` for a pattern that could take very long; `NT_OPTION_INVALID` for
 * pseudonyms without a key
 */
export function resolveRedaction(options: RedactionOptions): RedactionOptions {
  const { keys = {}, values = {}, strategy, pseudonymKey } = options;
  for (const [name, rule] of Object.entries(values)) {
    if (typeof rule !== 'object') continue;
    const reason = unsafePattern(rule instanceof RegExp ? rule : rule.pattern);
    const path = `redaction.values.${name}`;
    if (reason !== undefined) throw new TelemetryError('NT_REDACTION_PATTERN_UNSAFE', { path, reason });
  }
  const strategies = [strategy, ...Object.values(keys), ...Object.values(values).map(strategyOf)];
  if (pseudonymKey === undefined && strategies.includes('pseudonym')) {
    throw new TelemetryError('NT_OPTION_INVALID', {
      path: 'redaction.pseudonymKey',
      value: 'undefined',
      allowed: '16 characters or more, as pseudonyms are made with it',
    });
  }
  return { ...options };
}

function strategyOf(rule: NonNullable<RedactionOptions['values']>[string]): unknown {
  return typeof rule === 'object' && !(rule instanceof RegExp) ? rule.strategy : rule;
}
