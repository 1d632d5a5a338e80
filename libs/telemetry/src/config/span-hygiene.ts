import type { SpanHygieneOptions } from '../telemetry.options.js';
import type { ResolvedHygieneOptions } from './resolved-options.js';

const DEVELOPMENT = new Set(['development', 'dev', 'local']);

/** How spans that are never ended are found; `undefined` where they are not looked for. */
export function resolveSpanHygiene(
  { enabled = true, openMillis, explain, announceMillis }: SpanHygieneOptions,
  environment: string | undefined,
  isTerminal: boolean,
): ResolvedHygieneOptions | undefined {
  if (!enabled) return undefined;
  const explains = explain ?? (environment === undefined ? isTerminal : DEVELOPMENT.has(environment));
  return {
    openMillis: openMillis ?? (explains ? 60_000 : 300_000),
    explain: explains,
    announceMillis,
  };
}
