import type { Store } from '../store/store.js';
import { readSetting, writeSetting } from './stored.settings.js';

/** A route whose traces are left out of the list. */
export interface MutedRoute {
  readonly service: string;
  readonly method: string;
  readonly route: string;
}

const NAME = 'muted-routes';

export function mutedRoutes(store: Store): MutedRoute[] {
  return readSetting<string[]>(store, NAME, []).map(parse);
}

/** `service METHOD route`, as it is written in a change of the settings. */
export function muteRoute(store: Store, text: string, muted: boolean): void {
  const others = readSetting<string[]>(store, NAME, []).filter((each) => each !== text);
  writeSetting(store, NAME, muted ? [...others, text].slice(-100) : others);
}

export function routeKey({ service, method, route }: MutedRoute): string {
  return `${service} ${method} ${route}`;
}

function parse(text: string): MutedRoute {
  // A service may have spaces in its name; a method and a route have none.
  const [, service = '', method = '', route = ''] = /^(.*) (\S*) (\S*)$/.exec(text) ?? [];
  return { service, method, route };
}
