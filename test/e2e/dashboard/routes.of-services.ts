import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RequestMethod } from '@nestjs/common';

const APPS = join(import.meta.dirname, '..', '..', '..', 'apps');

/** `POST /orders OrdersController.place` for every route in the decorators of a service's controllers, as it is built. */
export async function routesOf(service: 'user' | 'order'): Promise<string[]> {
  const folder = join(APPS, service, 'dist');
  const files = globSync('**/*controller.js', { cwd: folder });
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(folder, file)).href) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module).flatMap(routesIn)).toSorted();
}

function routesIn(controller: unknown): string[] {
  if (typeof controller !== 'function') return [];
  const base: unknown = Reflect.getMetadata('path', controller);
  if (typeof base !== 'string') return [];
  const methods = Object.getOwnPropertyDescriptors(controller.prototype) as Record<
    string,
    PropertyDescriptor
  >;
  return Object.entries(methods).flatMap(([name, { value }]) => {
    const method: unknown = typeof value === 'function' ? Reflect.getMetadata('method', value) : undefined;
    // Handlers of messages have a pattern instead.
    if (typeof method !== 'number') return [];
    const path = [base, String(Reflect.getMetadata('path', value))].join('/').split('/').filter(Boolean);
    return `${RequestMethod[method]} /${path.join('/')} ${controller.name}.${name}`;
  });
}
