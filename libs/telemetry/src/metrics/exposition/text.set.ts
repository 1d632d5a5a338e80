import { textHash } from '../text.hash.js';

/** A set that grows in small steps is many small ones: a large one, when it doubles, holds up everything else. */
const SHARDS = 64;

/** Several texts of one hash are the exception. */
type Texts = string | readonly string[];

/** Counts distinct texts. */
export class TextSet {
  readonly #shards = Array.from({ length: SHARDS }, () => new Map<number, Texts>());

  has(text: string): boolean {
    const hash = textHash(text);
    return isAmong(this.#shardOf(hash).get(hash), text);
  }

  /** Whether it is new. */
  add(text: string): boolean {
    const hash = textHash(text);
    const shard = this.#shardOf(hash);
    const known = shard.get(hash);
    if (isAmong(known, text)) return false;
    shard.set(hash, known === undefined ? text : [known, text].flat());
    return true;
  }

  #shardOf(hash: number): Map<number, Texts> {
    return this.#shards[hash & (SHARDS - 1)] as Map<number, Texts>;
  }
}

function isAmong(texts: Texts | undefined, text: string): boolean {
  return texts === text || (typeof texts === 'object' && texts.includes(text));
}
