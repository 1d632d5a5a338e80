// A check on regular expressions of users, before they run over text that strangers may choose. It is conservative: what
// it cannot show to be harmless is refused.

const MAX_SOURCE = 1000;
/** Larger repetitions are as good as unbounded. */
const MAX_BOUNDED = 1000;

/** Why a pattern may take much longer than its text is long; `undefined` for one that may be used. */
export function unsafePattern({ source, flags }: RegExp): string | undefined {
  if (source.length > MAX_SOURCE) return `it is longer than ${MAX_SOURCE} characters`;
  if (/\\[1-9]|\\k</.test(source.replaceAll('\\\\', ''))) return 'it refers back to a group';
  if (source.includes('(?=') || source.includes('(?!') || source.includes('(?<=') || source.includes('(?<!'))
    return 'it looks ahead or behind';
  try {
    const sequence = new PatternReader(source, flags).read();
    return ambiguity(sequence);
  } catch (error) {
    return error instanceof Unsafe ? error.message : 'it could not be understood';
  }
}

/** A piece of a pattern: what it may begin with, whether it must be there, whether it repeats without a bound. */
interface Piece {
  readonly characters: ReadonlySet<number>;
  readonly isMandatory: boolean;
  readonly repeats: boolean;
}

class Unsafe extends Error {}

/** ASCII, and one character for all others. */
const SAMPLES = Array.from({ length: 129 }, (_, index) => String.fromCharCode(index < 128 ? index : 0xe9));

class PatternReader {
  #at = 0;

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {}

  read(): Piece[] {
    const pieces = this.#alternatives();
    if (this.#at < this.source.length) throw new Unsafe('it could not be understood');
    return pieces;
  }

  /** Alternatives, one after the other: which of them are told apart is not looked at. */
  #alternatives(): Piece[] {
    const all = [this.#sequence()];
    while (this.source[this.#at] === '|') {
      this.#at += 1;
      all.push(this.#sequence());
    }
    if (all.length === 1) return all[0] ?? [];
    // Each alternative is checked alone; together they are one piece that may begin with anything any of them may.
    for (const pieces of all) {
      const reason = ambiguity(pieces);
      if (reason !== undefined) throw new Unsafe(reason);
    }
    return [
      {
        characters: new Set(all.flatMap((pieces) => pieces.flatMap((piece) => [...piece.characters]))),
        isMandatory: all.every((pieces) => pieces.some((piece) => piece.isMandatory)),
        repeats: all.some((pieces) => pieces.some((piece) => piece.repeats)),
      },
    ];
  }

  #sequence(): Piece[] {
    const pieces: Piece[] = [];
    while (this.#at < this.source.length && !'|)'.includes(this.source.charAt(this.#at))) {
      pieces.push(...this.#quantified());
    }
    return pieces;
  }

  #quantified(): Piece[] {
    const start = this.#at;
    const character = this.source.charAt(start);
    if (character === '^' || character === '$' || this.source.startsWith('\\b', start)) {
      this.#at += character === '\\' ? 2 : 1;
      return [];
    }
    const isGroup = character === '(';
    const pieces = isGroup ? this.#group() : [this.#atom()];
    const alternatives = isGroup && /[^\\]\|/.test(this.source.slice(start, this.#at));
    const { min, max } = this.#quantifier();
    if (max <= 1) return min === 0 ? pieces.map((piece) => ({ ...piece, isMandatory: false })) : pieces;
    if (pieces.some((piece) => piece.repeats)) throw new Unsafe('it repeats what repeats');
    const repeats = max > MAX_BOUNDED;
    if (isGroup && repeats && alternatives) throw new Unsafe('it repeats alternatives');
    if (isGroup && pieces.some((piece) => !piece.isMandatory))
      throw new Unsafe('it repeats what may be left out');
    const characters = new Set(pieces.flatMap((piece) => [...piece.characters]));
    // Also a bounded repetition counts when it is long: 1000 tries at each place are too many.
    return [{ characters, isMandatory: min > 0, repeats: repeats || (isGroup && max > 10) || max > 100 }];
  }

  #group(): Piece[] {
    this.#at += 1;
    const prefix = /^\?(?::|<[A-Za-z_]\w*>)/.exec(this.source.slice(this.#at));
    if (prefix) this.#at += prefix[0].length;
    else if (this.source.charAt(this.#at) === '?') throw new Unsafe('it could not be understood');
    const pieces = this.#alternatives();
    if (this.source.charAt(this.#at) !== ')') throw new Unsafe('it could not be understood');
    this.#at += 1;
    return pieces;
  }

  /** One character, class or escape. What it matches is found by asking it. */
  #atom(): Piece {
    const rest = this.source.slice(this.#at);
    const atom =
      /^(?:\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[pP]\{[^}]+\}|\\c[A-Za-z]|\\[^]|\[(?:\\[^]|[^\]\\])*\]|[^])/.exec(
        rest,
      );
    if (atom === null) throw new Unsafe('it could not be understood');
    this.#at += atom[0].length;
    const matcher = new RegExp(`^(?:${atom[0]})$`, this.flags.replaceAll(/[gy]/g, ''));
    const characters = new Set(SAMPLES.flatMap((sample, index) => (matcher.test(sample) ? [index] : [])));
    return { characters, isMandatory: true, repeats: false };
  }

  #quantifier(): { min: number; max: number } {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.source.slice(this.#at));
    if (found === null) return { min: 1, max: 1 };
    this.#at += found[0].length;
    const [text, least, upTo, most] = found;
    if (text.startsWith('*')) return { min: 0, max: Infinity };
    if (text.startsWith('+')) return { min: 1, max: Infinity };
    if (text.startsWith('?')) return { min: 0, max: 1 };
    const min = Number(least);
    if (upTo === undefined) return { min, max: min };
    return { min, max: most === '' ? Infinity : Number(most) };
  }
}

/**
 * Two repetitions are told apart when something that must stand between them cannot be a part of the first. Where
 * nothing does, every way to part the text between them is tried.
 */
function ambiguity(pieces: readonly Piece[]): string | undefined {
  for (const [index, piece] of pieces.entries()) {
    if (!piece.repeats) continue;
    for (const other of pieces.slice(index + 1)) {
      if (other.isMandatory && !other.repeats && isDisjoint(piece.characters, other.characters)) break;
      if (!other.repeats) continue;
      if (!isDisjoint(piece.characters, other.characters))
        return 'its repetitions can part a text in many ways';
      if (other.isMandatory) break;
    }
  }
  return undefined;
}

function isDisjoint(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const each of a) if (b.has(each)) return false;
  return true;
}
