import { createTraceState, type TraceState } from '@opentelemetry/api';

/**
 * A share of all traces as OpenTelemetry's consistent probability sampling writes it: those are sampled whose 56 random
 * bits are not below it. Two services with the same share choose the same traces, and of two shares the smaller chooses
 * among what the larger does.
 */
export interface Threshold {
  /** 14 hexadecimal digits, which compare as numbers do. */
  readonly digits: string;
  /** As `th` in the `ot` member of a `tracestate`: without trailing zeros. */
  readonly text: string;
  /** How many traces a sampled one stands for. */
  readonly weight: number;
}

/** Everything is sampled. */
export const EVERYTHING: Threshold = { digits: '0'.repeat(14), text: '0', weight: 1 };

const DIGITS = 14;
/** Hexadecimal digits that tell one share from another (specification, "Sampling threshold precision"). */
const PRECISION = 4;
const RANGE = 2 ** 56;

/** The threshold of a share; undefined for none at all. */
export function thresholdOf(share: number): Threshold | undefined {
  if (share >= 1) return EVERYTHING;
  // Also what is not a number.
  if (!(share > 1 / RANGE)) return undefined;
  // Small shares begin with as many `f` as they are small; those tell nothing.
  const digits = Math.min(DIGITS, PRECISION + Math.floor(-Math.log2(share) / 4));
  const step = 1n << BigInt(4 * (DIGITS - digits));
  const exact = (1n << 56n) - BigInt(Math.round(share * RANGE));
  const rounded = ((exact + step / 2n) / step) * step;
  return rounded >= 1n << 56n ? undefined : fromNumber(rounded);
}

function fromNumber(value: bigint): Threshold {
  const digits = value.toString(16).padStart(DIGITS, '0');
  return {
    digits,
    text: digits.replace(/0+$/, '') || '0',
    weight: RANGE / Number((1n << 56n) - value),
  };
}

/** Whether a trace is among the share. */
export function isWithin(threshold: Threshold, traceId: string, state: TraceState | undefined): boolean {
  if (threshold === EVERYTHING) return true;
  const explicit = state === undefined ? undefined : fieldOf(state, 'rv');
  const randomness = explicit?.length === DIGITS ? explicit : traceId.slice(-DIGITS);
  return randomness >= threshold.digits;
}

const known = new Map<string, Threshold>();

/** The threshold a trace was sampled with; undefined when its state does not tell. */
export function thresholdIn(state: TraceState | undefined): Threshold | undefined {
  const text = state === undefined ? undefined : fieldOf(state, 'th');
  if (text === undefined || text.length > DIGITS) return undefined;
  let threshold = known.get(text);
  if (threshold === undefined) {
    threshold = fromNumber(BigInt(`0x${text.padEnd(DIGITS, '0')}`));
    if (threshold.text === '0') threshold = EVERYTHING;
    // Callers choose the texts.
    if (known.size >= 100) known.clear();
    known.set(text, threshold);
  }
  return threshold;
}

/** The state with this threshold, and everything else in it as it was. */
export function withThreshold(state: TraceState | undefined, { text }: Threshold): TraceState {
  const others = membersOf(state).filter((field) => !field.startsWith('th:'));
  const value = [`th:${text}`, ...others].join(';');
  return state === undefined ? createTraceState(`ot=${value}`) : state.set('ot', value);
}

function fieldOf(state: TraceState, name: 'th' | 'rv'): string | undefined {
  const field = membersOf(state).find((member) => member.startsWith(`${name}:`));
  const value = field?.slice(name.length + 1);
  return value !== undefined && /^[0-9a-f]+$/.test(value) ? value : undefined;
}

function membersOf(state: TraceState | undefined): string[] {
  return state?.get('ot')?.split(';') ?? [];
}
