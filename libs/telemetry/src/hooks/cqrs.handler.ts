/** What the injector knows of a handler (`InstanceWrapper` of Nest). */
export interface HandlerWrapper {
  readonly metatype: unknown;
  readonly instance?: object | undefined;
  /** Set for factories, whose metatype is a function that makes the handler. */
  readonly inject?: unknown;
}

/** Name of the class of a handler. */
export function classOfHandler({ metatype, instance, inject }: HandlerWrapper): string {
  const type = typeof metatype === 'function' && !inject ? metatype : instance?.constructor;
  return type?.name ?? 'handler';
}
