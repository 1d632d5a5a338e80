/** A power of two. */
const PLACES = 1024;
const LAST = 4;

/**
 * Texts that came lately, each in the place its characters choose until another takes it. Not a set: to look for a new
 * text in a set makes Node 26 keep it in a table of its own, which takes half a microsecond and memory that only a full
 * collection gives back.
 */
export class RecentTexts {
  readonly #texts = Array.from({ length: PLACES }, () => '');

  has(text: string): boolean {
    return this.#texts[placeOf(text)] === text;
  }

  add(text: string): void {
    this.#texts[placeOf(text)] = text;
  }
}

/** By its length, its end, where texts differ most, and two characters on the way there. */
function placeOf(text: string): number {
  const { length } = text;
  let mixed = length;
  for (let at = Math.max(0, length - LAST); at < length; at += 1) {
    mixed = Math.imul(mixed, 31) + text.charCodeAt(at);
  }
  mixed = Math.imul(mixed, 31) + (text.charCodeAt(length >> 1) | 0);
  mixed = Math.imul(mixed, 31) + (text.charCodeAt(length >> 2) | 0);
  return (mixed ^ (mixed >>> 15)) & (PLACES - 1);
}
