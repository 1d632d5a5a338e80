type Samples = readonly (readonly [seconds: number, value: number])[];

/** How often a counter went back, which Prometheus takes for a process that started again. */
export function resetsOf(samples: Samples): number {
  return samples.filter(([, value], index) => value < (samples[index - 1]?.[1] ?? 0)).length;
}

/** How much was counted, by Prometheus' rule: after a reset counting began at zero. */
export function increaseOf(samples: Samples): number {
  let sum = 0;
  let before = 0;
  for (const [, value] of samples) {
    sum += value < before ? value : value - before;
    before = value;
  }
  return sum;
}
