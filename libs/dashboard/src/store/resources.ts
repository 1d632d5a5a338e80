import type { ResourceData } from '@nest-telemetry/otlp';
import type { ArrivalMinutes } from './arrival.minutes.js';
import type { Database } from './database.js';
import { instanceOf } from './instance.identity.js';
import { jsonAttributes } from './json.values.js';
import type { Words } from './words.js';

/** What a program that does not name itself is called; the specification's own word for it. */
const UNNAMED = 'unknown_service';
const REMEMBERED = 1000;

/** A resource in the store. */
export interface StoredResource {
  readonly id: number;
  readonly service: string;
  /** Id of the service's name. */
  readonly word: number;
  /** The attributes that tell this copy of the service from others, as JSON. */
  readonly instance: string;
}

/** The programs that sent something. */
export class Resources {
  readonly #known = new Map<string, { readonly stored: StoredResource; readonly used: number }>();

  constructor(
    private readonly database: Database,
    private readonly words: Words,
    private readonly minutes: ArrivalMinutes,
  ) {}

  of(data: ResourceData | undefined): StoredResource {
    const { minute } = this.minutes;
    const attributes = jsonAttributes(data?.attributes ?? []);
    const text = JSON.stringify(attributes);
    const known = this.#known.get(text);
    if (known !== undefined && known.used === minute) return known.stored;
    const name = attributes['service.name'];
    const service = typeof name === 'string' && name !== '' ? name.slice(0, 512) : UNNAMED;
    const word = this.words.id(service);
    const row = this.database
      .prepare(
        'INSERT INTO resource (service, attributes, used) VALUES (?, ?, ?) ON CONFLICT (attributes) DO UPDATE SET used = excluded.used RETURNING id',
      )
      .get(word, text, minute);
    const instance = JSON.stringify(instanceOf(attributes));
    const stored: StoredResource = { id: Number(row?.['id']), service, word, instance };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, { stored, used: minute });
    return stored;
  }

  forget(): void {
    this.#known.clear();
  }
}
