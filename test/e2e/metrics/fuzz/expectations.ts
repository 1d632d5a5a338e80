import type { FuzzedCase } from './fuzzed-case.js';

/** A sample as somebody else read it. */
export interface SampleFound {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is missing or wrong, in words. */
export function problemsOf(cases: readonly FuzzedCase[], samples: readonly SampleFound[]): string[] {
  const byCase = new Map<string | undefined, SampleFound[]>();
  for (const sample of samples) {
    const id = sample.labels['case'];
    const known = byCase.get(id);
    if (known) known.push(sample);
    else byCase.set(id, [sample]);
  }
  return cases.flatMap((each) => {
    const found = byCase.get(each.id) ?? [];
    if (arrived(each, found)) return [];
    return [`${each.arrives} of ${each.values.join()} of case ${each.id} became ${JSON.stringify(found)}`];
  });
}

function arrived({ arrives, values }: FuzzedCase, found: readonly SampleFound[]): boolean {
  switch (arrives) {
    case 'sum':
      return found.length > 0 && isAbout(sum(found.map(({ value }) => value)), sum(values), values);
    case 'count':
      return (
        sum(found.filter(({ name }) => name.endsWith('_count')).map(({ value }) => value)) === values.length
      );
    default:
      return found.length > 0 && found.every(({ value }) => values.includes(value));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Sums depend on the order of addition. */
function isAbout(actual: number, expected: number, values: readonly number[]): boolean {
  return actual === expected || Math.abs(actual - expected) <= 1e-9 * sum(values.map(Math.abs));
}
