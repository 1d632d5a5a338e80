import type { ArrivalMinutes } from './arrival.minutes.js';
import type { Database } from './database.js';

const REMEMBERED = 20_000;

interface Remembered {
  readonly id: number;
  /** Minute it is known to have been used in. */
  used: number;
}

/** Ids of strings that repeat: names, services, routes. */
export class Words {
  readonly #known = new Map<string, Remembered>();
  readonly #texts = new Map<number, string>();

  constructor(
    private readonly database: Database,
    private readonly minutes: ArrivalMinutes,
  ) {}

  /** The id of a text, made when it is new. Says, too, that it is used now. */
  id(text: string): number {
    const { minute } = this.minutes;
    const known = this.#known.get(text);
    if (known !== undefined && known.used === minute) return known.id;
    const row = this.database
      .prepare(
        'INSERT INTO word (text, used) VALUES (?, ?) ON CONFLICT (text) DO UPDATE SET used = excluded.used RETURNING id',
      )
      .get(text, minute);
    const id = Number(row?.['id']);
    // Names that never repeat must not fill the memory.
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, { id, used: minute });
    return id;
  }

  /** The id of a text that was seen before. */
  find(text: string): number | undefined {
    const row = this.database.prepare('SELECT id FROM word WHERE text = ?').get(text);
    return row === undefined ? undefined : Number(row['id']);
  }

  /** The text with an id that stands in a row; empty for none. */
  text(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = String(this.database.prepare('SELECT text FROM word WHERE id = ?').get(id)?.['text'] ?? '');
    if (this.#texts.size >= REMEMBERED) this.#texts.clear();
    this.#texts.set(id, text);
    return text;
  }

  /** Forgets what it remembers, after a transaction was rolled back or rows were taken out. */
  forget(): void {
    this.#known.clear();
    this.#texts.clear();
  }
}
