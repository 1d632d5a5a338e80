import type { JsonAttributes, JsonValue } from '../api/api.types.js';
import type { Database } from './database.js';

/** Name of the log record by which an application tells its routes at its start. */
export const ROUTES_EVENT = 'nestjs.app.routes';

interface DeclaredRoute {
  readonly method: string;
  readonly route: string;
  readonly controller: string | null;
  readonly handler: string | null;
  readonly guards: readonly string[];
  readonly interceptors: readonly string[];
  readonly pipes: readonly string[];
  readonly filters: readonly string[];
}

/** Routes of one service, and of all; of those that told longest ago none are kept beyond. */
const MOST_ROUTES = 2000;
const MOST_IN_ALL = 20_000;

/** The routes applications told of. */
export class DeclaredRoutes {
  constructor(private readonly database: Database) {}

  /** Takes the place of what this service told before. Anything that is no list of routes is left alone. */
  replace(service: number, body: JsonValue, attributes: JsonAttributes): void {
    const routes = readRoutes(body) ?? readRoutes(attributes['nestjs.routes']);
    if (routes === undefined) return;
    this.database.prepare('DELETE FROM declared_route WHERE service = ?').run(service);
    const last = this.database.prepare('SELECT max(told) AS told FROM declared_route').get()?.['told'];
    const told = Number(last ?? 0) + 1;
    const insert = this.database.prepare(
      'INSERT INTO declared_route (service, method, route, controller, handler, guards, interceptors, pipes, filters, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const each of routes.slice(0, MOST_ROUTES)) {
      const { method, route, controller, handler, guards, interceptors, pipes, filters } = each;
      insert.run(
        service,
        method,
        route,
        controller,
        handler,
        JSON.stringify(guards),
        JSON.stringify(interceptors),
        JSON.stringify(pipes),
        JSON.stringify(filters),
        told,
      );
    }
    this.#bound();
  }

  #bound(): void {
    const { database } = this;
    while (Number(database.prepare('SELECT count(*) AS n FROM declared_route').get()?.['n']) > MOST_IN_ALL)
      database
        .prepare('DELETE FROM declared_route WHERE told = (SELECT min(told) FROM declared_route)')
        .run();
  }
}

function readRoutes(value: JsonValue | undefined): DeclaredRoute[] | undefined {
  const list = isRecord(value) ? value['routes'] : value;
  if (!Array.isArray(list)) return undefined;
  return list.filter(isRecord).flatMap((entry) => {
    const { method, route } = entry;
    if (typeof method !== 'string' || typeof route !== 'string') return [];
    return {
      method: method.toUpperCase(),
      route,
      controller: text(entry['controller']),
      handler: text(entry['handler']),
      guards: texts(entry['guards']),
      interceptors: texts(entry['interceptors']),
      pipes: texts(entry['pipes']),
      filters: texts(entry['filters']),
    };
  });
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
