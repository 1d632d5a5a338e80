/** A set that grows in small steps is many small ones: a large one, when it doubles, holds up everything else. */
const SHARDS = 16;

/** Counts distinct texts. */
export class TextSet {
  readonly #shards = Array.from({ length: SHARDS }, () => new Set<string>());

  has(text: string): boolean {
    return (this.#shards[shardOf(text)] as Set<string>).has(text);
  }

  /** Whether it is new. */
  add(text: string): boolean {
    const shard = this.#shards[shardOf(text)] as Set<string>;
    const before = shard.size;
    shard.add(text);
    return shard.size > before;
  }
}

/** Texts mostly differ in their last letters, save for quotes. */
function shardOf(text: string): number {
  const end = text.length;
  return (
    (end * 7 + text.charCodeAt(end - 2) * 5 + text.charCodeAt(end - 3) * 3 + text.charCodeAt(end >> 1)) &
    (SHARDS - 1)
  );
}
