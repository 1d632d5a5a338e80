import type { LogLevelName } from '../telemetry.options.js';
import { levelsFrom, levelsOf, SEVERITIES } from './log-levels.js';

/** Which levels are written, in general and for single contexts. May be changed at any time. */
export class LevelRules {
  /** Bits of the levels that are written somewhere: a call of another level is over after one `&`. */
  anywhere = 0;
  #general = 0;
  #generalAtRunTime = false;
  readonly #configured = new Map<string, number>();
  readonly #atRunTime = new Map<string, number>();

  /** Takes over options. What was changed at run time stays. */
  configure(level: LogLevelName, levels: Readonly<Record<string, LogLevelName>>): void {
    if (!this.#generalAtRunTime) this.#general = levelsFrom(level);
    this.#configured.clear();
    for (const [context, each] of Object.entries(levels)) this.#configured.set(context, levelsFrom(each));
    this.#update();
  }

  /** Replaces the levels of all contexts that have none of their own, by the rules of Nest's `setLogLevels`. */
  replace(levels: readonly string[]): void {
    this.#general = levelsOf(levels);
    this.#generalAtRunTime = true;
    this.#update();
  }

  /** Sets the least severe level, of one context if it is named. */
  set(level: LogLevelName, context?: string): void {
    if (context === undefined) {
      this.#general = levelsFrom(level);
      this.#generalAtRunTime = true;
    } else {
      this.#atRunTime.set(context, levelsFrom(level));
    }
    this.#update();
  }

  /** Whether a line of that level and context is written. */
  allow(level: LogLevelName, context: string | undefined): boolean {
    return (this.#of(context) & SEVERITIES[level].bit) !== 0;
  }

  #of(context: string | undefined): number {
    if (context === undefined) return this.#general;
    return this.#atRunTime.get(context) ?? this.#configured.get(context) ?? this.#general;
  }

  #update(): void {
    this.anywhere = this.#general;
    for (const bits of this.#configured.values()) this.anywhere |= bits;
    for (const bits of this.#atRunTime.values()) this.anywhere |= bits;
  }
}
