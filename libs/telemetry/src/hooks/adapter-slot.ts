import { warn } from '../telemetry.warnings.js';

/** A place of an object of Nest, such as the HTTP adapter, that holds one function. */
export interface AdapterSlot {
  /** As shown in warnings. */
  readonly name: string;
  /** The method that fills it. */
  readonly setter: string;
  /** The field behind the setter; not every slot has a getter. */
  readonly field: string;
}

export const REQUEST_SLOT: AdapterSlot = {
  name: 'request',
  setter: 'setOnRequestHook',
  field: 'onRequestHook',
};
export const ROUTE_SLOT: AdapterSlot = {
  name: 'route',
  setter: 'setOnRouteTriggered',
  field: 'onRouteTriggered',
};

/** Seen once by its fields and once by its setters. */
type Fields<F> = Record<string, F | undefined>;
type Setters<F> = Record<string, (hook: F | undefined) => void>;

/**
 * Puts our function into a slot and shares it: `make` gets a way to ask for the function of the other owner, who may
 * have been there before or may come later, and has to call it.
 */
export function claimSlot<F>(
  adapter: object,
  slot: AdapterSlot,
  make: (other: () => F | undefined) => F,
): () => void {
  const fields = adapter as Fields<F>;
  const setters = adapter as Setters<F>;
  const { setter, field } = slot;
  let other = fields[field];
  const ours = make(() => other);
  setters[setter]?.(ours);

  const takeLater = (hook: F | undefined): void => {
    if (hook === ours) return;
    other = hook;
    if (hook !== undefined) warn('NT_HOOK_REPLACED', { hook: slot.name });
  };
  setters[setter] = takeLater;

  return () => {
    // A later owner wrapped the setter again: their chain still leads through ours.
    if (setters[setter] !== takeLater) return;
    delete setters[setter];
    if (fields[field] !== ours) return;
    setters[setter]?.(other);
    // They may have kept ours, and must not be called by it once more.
    other = undefined;
  };
}
