import type { Store } from '../store/store.js';

/** What was set on the page and belongs to the file; JSON by name. */
export function readSetting<T>(store: Store, name: string, absent: T): T {
  const row = store.database.prepare('SELECT value FROM setting WHERE name = ?').get(name);
  return row === undefined ? absent : (JSON.parse(String(row['value'])) as T);
}

export function writeSetting(store: Store, name: string, value: unknown): void {
  store.database
    .prepare(
      'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    )
    .run(name, JSON.stringify(value));
}
