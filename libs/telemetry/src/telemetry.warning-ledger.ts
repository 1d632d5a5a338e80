import type { ErrorDetails, TelemetryCode } from './telemetry.errors.js';

const MINUTE = 60_000;
/** Warnings that are told apart; those of a code beyond that count as one. */
const MAX_KINDS = 1000;

/** What there is to say about a warning. */
export interface LedgerEntry {
  /** Whether it has not been said for a minute. */
  readonly isDue: boolean;
  /** How often it was left unsaid since it was said last. */
  readonly unsaid: number;
}

interface Account {
  saidAt: number;
  unsaid: number;
}

/**
 * Decides which warnings are said. Those with the same code and the same details are the same, whatever their reason is:
 * a function that fails for every request with a message of its own must not flood the log.
 */
export class WarningLedger {
  readonly #accounts = new Map<string, Account>();
  readonly #counts = new Map<TelemetryCode, number>();

  /** How often each happened, said or not. */
  get counts(): ReadonlyMap<TelemetryCode, number> {
    return this.#counts;
  }

  enter(code: TelemetryCode, details: ErrorDetails, now: number): LedgerEntry {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    const account = this.#accountOf(code, details, now);
    if (now - account.saidAt < MINUTE) {
      account.unsaid += 1;
      return { isDue: false, unsaid: account.unsaid };
    }
    const { unsaid } = account;
    account.saidAt = now;
    account.unsaid = 0;
    return { isDue: true, unsaid };
  }

  #accountOf(code: TelemetryCode, details: ErrorDetails, now: number): Account {
    const key = keyOf(code, details);
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    if (this.#accounts.size >= MAX_KINDS) this.#forget(now);
    const name = this.#accounts.size >= MAX_KINDS ? code : key;
    let account = this.#accounts.get(name);
    if (account === undefined) this.#accounts.set(name, (account = { saidAt: -Infinity, unsaid: 0 }));
    return account;
  }

  #forget(now: number): void {
    for (const [key, { saidAt }] of this.#accounts) if (now - saidAt >= MINUTE) this.#accounts.delete(key);
  }
}

/** Reasons and counts differ from time to time; what a warning is about does not. */
function keyOf(code: TelemetryCode, details: ErrorDetails): string {
  let key: string = code;
  for (const name of Object.keys(details))
    if (name !== 'reason' && name !== 'count') key += `\n${String(details[name])}`;
  return key;
}
