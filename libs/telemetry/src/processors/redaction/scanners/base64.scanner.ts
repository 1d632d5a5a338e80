import { decodeInto, NO_TEXT, NOT_ASCII } from '../base64.text.js';
import { BASE64, classOf, skip } from '../characters.js';
import type { Found, Scanner } from '../scanner.js';
import { LONG } from '../signs.js';

const SHORTEST = 16;
/** As many characters tell text from a random key or a name that happens to be in the alphabet. */
const PROBE = 16;
const EQUALS = 0x3d;
const LINE_FEED = 0x0a;

/**
 * Base64 and base64url of a text that holds a secret of another kind. What decodes to no text is passed over after a
 * few characters.
 * @param scanPlain - looks through a text with the other scanners
 */
export function base64Scanner(scanPlain: (text: string, found: Found) => void): Scanner {
  return {
    name: 'base64',
    signs: LONG,
    scan(text, found) {
      let runs: DecodedRuns | undefined;
      let at = 0;
      while (at <= text.length - SHORTEST) {
        // From behind: one character that is none of these rules out all runs over it, and the rest is never read.
        let before = at + SHORTEST - 1;
        while (before >= at && (classOf(text.charCodeAt(before)) & BASE64) !== 0) before -= 1;
        if (before >= at) {
          at = before + 1;
          continue;
        }
        const end = skip(text, at + SHORTEST, BASE64);
        (runs ??= new DecodedRuns(text)).add(at, end);
        at = end + 1;
      }
      runs?.scan(scanPlain, found);
    },
  };
}

/** What the runs of one text stand for, a line each: looking through all of them at once costs a fraction. */
class DecodedRuns {
  readonly #text: string;
  readonly #bytes: Buffer;
  #used = 0;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Where the line of each run is over. */
  readonly #lineEnds: number[] = [];
  readonly #others: [start: number, end: number][] = [];

  constructor(text: string) {
    this.#text = text;
    this.#bytes = Buffer.allocUnsafe(text.length);
  }

  add(start: number, end: number): void {
    const used = decodeInto(this.#bytes, this.#used, this.#text, start, end, PROBE);
    if (used === NO_TEXT) return;
    if (used === NOT_ASCII) {
      this.#others.push([start, end]);
      return;
    }
    this.#bytes[used] = LINE_FEED;
    this.#used = used + 1;
    this.#starts.push(start);
    this.#ends.push(end);
    this.#lineEnds.push(used);
  }

  scan(scanPlain: (text: string, found: Found) => void, found: Found): void {
    const secret = new Set<number>();
    if (this.#used > 0)
      scanPlain(this.#bytes.toString('latin1', 0, this.#used), (start, end) =>
        this.#markLines(start, end, secret),
      );
    for (const line of secret) found(this.#starts[line] ?? 0, this.#afterPadding(this.#ends[line] ?? 0));
    for (const [start, end] of this.#others) {
      let isSecret = false;
      scanPlain(Buffer.from(this.#text.slice(start, end), 'base64').toString(), () => {
        isSecret = true;
      });
      if (isSecret) found(start, this.#afterPadding(end));
    }
  }

  #markLines(start: number, end: number, secret: Set<number>): void {
    let low = 0;
    let high = this.#lineEnds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#lineEnds[middle] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    for (let line = low; line === low || (this.#lineEnds[line - 1] ?? Infinity) < end; line++) {
      if (line >= this.#lineEnds.length) return;
      secret.add(line);
    }
  }

  #afterPadding(end: number): number {
    let at = end;
    while (this.#text.charCodeAt(at) === EQUALS) at += 1;
    return at;
  }
}
