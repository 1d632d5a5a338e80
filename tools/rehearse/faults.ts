import { setTimeout as delay } from 'node:timers/promises';

/** Something that can be killed and started again. */
export interface Victim {
  readonly name: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** When something was away. */
export interface Outage {
  readonly name: string;
  readonly fromMillis: number;
  readonly toMillis: number;
}

export interface FaultsOptions {
  /** How long everything is well before, between and after. */
  readonly calmMillis: number;
  /** How long each of them is away, at least. */
  readonly awayMillis: number;
  readonly onOutage: (what: string) => void;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** Kills and starts again each of them in turn. */
export async function disturb(
  victims: readonly Victim[],
  { calmMillis, awayMillis, onOutage, signal }: FaultsOptions,
): Promise<Outage[]> {
  const outages: Outage[] = [];
  await delay(calmMillis, undefined, { signal });
  for (const victim of victims) {
    onOutage(`${victim.name} is killed`);
    const fromMillis = Date.now();
    await victim.kill();
    await delay(awayMillis, undefined, { signal });
    await victim.start();
    outages.push({ name: victim.name, fromMillis, toMillis: Date.now() });
    onOutage(`${victim.name} is back`);
    await delay(calmMillis, undefined, { signal });
  }
  return outages;
}
