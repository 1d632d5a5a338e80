import { warn } from '../telemetry.warnings.js';

/** The environment as it is handed in; never read from `process` here, so that resolving stays a pure function. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A set, non-blank variable. Blank counts as unset (OpenTelemetry specification, "Environment Variable"). */
export function readText(env: Environment, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return value;
  }
  return undefined;
}

/** Only `true` (any case) is true, as the OpenTelemetry specification says; anything but true/false warns. */
export function readFlag(env: Environment, name: string): boolean | undefined {
  const value = readText(env, name);
  if (value === undefined) return undefined;
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  return invalid(name, value, 'true or false');
}

/** A non-negative number; anything else warns and counts as unset. */
export function readNumber(env: Environment, name: string): number | undefined {
  const value = readText(env, name);
  if (value === undefined) return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) && parsed >= 0 ? parsed : invalid(name, value, 'a number, 0 or more');
}

/** One of a set of words; anything else warns and counts as unset. */
export function readChoice<T extends string>(
  env: Environment,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = readText(env, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value.toLowerCase());
  return choice ?? invalid(name, value, choices.join(', '));
}

/** A comma-separated list of words; unknown ones warn and are left out. */
export function readChoices<T extends string>(
  env: Environment,
  name: string,
  choices: readonly T[],
): T[] | undefined {
  const value = readText(env, name);
  if (value === undefined) return undefined;
  const words = value
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  return words.flatMap((word) => {
    const choice = choices.find((candidate) => candidate === word);
    return choice ?? invalid(name, word, choices.join(', ')) ?? [];
  });
}

/** `key=value` pairs, percent-decoded, as in `OTEL_RESOURCE_ATTRIBUTES`. Malformed pairs are left out. */
export function readPairs(env: Environment, name: string): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (const pair of readText(env, name)?.split(',') ?? []) {
    const separator = pair.indexOf('=');
    if (separator < 1) continue;
    try {
      pairs[pair.slice(0, separator).trim()] = decodeURIComponent(pair.slice(separator + 1).trim());
    } catch {
      invalid(name, `"${pair}"`, 'percent-encoded key=value pairs');
    }
  }
  return pairs;
}

// The specification asks for a warning and the default, not for a refusal to start.
function invalid(variable: string, value: string, allowed: string): undefined {
  warn('NT_ENV_INVALID', { variable, value: `"${value}"`, allowed });
  return undefined;
}
