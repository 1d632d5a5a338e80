export type FamilyType = 'counter' | 'gauge' | 'histogram';

const SAMPLES: Readonly<Record<FamilyType | 'info', readonly string[]>> = {
  counter: ['', '_total', '_created'],
  gauge: [''],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  info: ['', '_info'],
};

/**
 * What a metric is called on the page, without the suffixes of its samples.
 * @param name - as it may stand there
 * @param suffix - its unit in words; empty for none
 */
export function familyName(name: string, type: FamilyType, suffix: string): string {
  const base = type === 'counter' && /.[_.]total$/.test(name) ? name.slice(0, -'_total'.length) : name;
  return suffix === '' || base === suffix || base.endsWith(`_${suffix}`) ? base : `${base}_${suffix}`;
}

/** Names that a family keeps for its samples. */
export function samplesOf(family: string, type: FamilyType | 'info'): string[] {
  return SAMPLES[type].map((suffix) => `${family}${suffix}`);
}

/** Names for a family, the best first: what is taken by another gets its kind, then a number. */
export function* candidateNames(name: string, type: FamilyType | 'info'): Generator<string, never> {
  yield name;
  yield `${name}_${type}`;
  for (let number = 2; ; number++) yield `${name}_${type}_${number}`;
}
