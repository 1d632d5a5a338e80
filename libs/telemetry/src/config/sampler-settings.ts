import { warn } from '../telemetry.warnings.js';
import { readChoice, readNumber, readText, type Environment } from './environment.js';

/** What decides about traces that begin here. */
export type RootSampling = 'on' | 'off' | 'ratio';

/** A sampler as options and variables describe it, without being one. */
export interface SamplerSettings {
  readonly root: RootSampling;
  /** Share of the traces that are recorded, 0 to 1; meant for `ratio`. */
  readonly ratio: number;
  /** Whether a span with a parent is decided like its parent. */
  readonly followsParent: boolean;
}

const NAMES = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** `traces.ratio` before `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`; everything is recorded by default. */
export function resolveSampler(ratio: number | undefined, env: Environment): SamplerSettings {
  if (ratio !== undefined) return { root: 'ratio', ratio, followsParent: true };
  const name = readChoice(env, 'OTEL_TRACES_SAMPLER', NAMES) ?? 'parentbased_always_on';
  const followsParent = name.startsWith('parentbased_');
  const root = name.replace('parentbased_', '');
  if (root !== 'traceidratio') return { root: root === 'always_off' ? 'off' : 'on', ratio: 1, followsParent };
  return { root: 'ratio', ratio: readRatio(env), followsParent };
}

function readRatio(env: Environment): number {
  const variable = 'OTEL_TRACES_SAMPLER_ARG';
  const ratio = readNumber(env, variable);
  if (ratio !== undefined && ratio <= 1) return ratio;
  if (ratio !== undefined || readText(env, variable) === undefined) {
    const value = readText(env, variable);
    warn('NT_ENV_INVALID', {
      variable,
      value: value === undefined ? 'not set' : `"${value}"`,
      allowed: 'a number from 0 to 1',
    });
  }
  return 1;
}
