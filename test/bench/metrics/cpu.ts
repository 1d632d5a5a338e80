/** Rounds before those that count, while code is compiled. */
const WARM_UP = 3;

/** CPU of this thread in microseconds. */
export function cpuMicros(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const used = process.threadCpuUsage(before);
  return used.user + used.system;
}

/** Runs all subjects in turn in every round, so that a busy machine slows all, and answers with each one's costs. */
export function inTurns<Name extends string>(
  rounds: number,
  subjects: Readonly<Record<Name, () => void>>,
): Record<Name, number[]> {
  const names = Object.keys(subjects) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const name of names) {
      const cost = cpuMicros(subjects[name]);
      if (round >= 0) costs[name].push(cost);
    }
  }
  return costs;
}
