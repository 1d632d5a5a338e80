import type { AbstractHttpAdapter } from '@nestjs/core';
import { warn } from '../telemetry.warnings.js';

/** A place of the HTTP adapter that holds one function. */
export interface AdapterSlot {
  /** As shown in warnings. */
  readonly name: string;
  readonly setter: 'setOnRequestHook' | 'setOnRouteTriggered';
  /** The field behind the setter; the request hook has no getter. */
  readonly field: 'onRequestHook' | 'onRouteTriggered';
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

type SlotHolder<F> = Record<AdapterSlot['setter'], (hook: F | undefined) => void> &
  Partial<Record<AdapterSlot['field'], F>>;

/**
 * Puts our function into a slot and shares it: `make` gets a way to ask for the function of the other owner, who may
 * have been there before or may come later, and has to call it.
 */
export function claimSlot<F>(
  adapter: AbstractHttpAdapter,
  slot: AdapterSlot,
  make: (other: () => F | undefined) => F,
): () => void {
  const holder = adapter as unknown as SlotHolder<F>;
  const { setter, field } = slot;
  let other = holder[field];
  const ours = make(() => other);
  holder[setter](ours);

  const takeLater = (hook: F | undefined): void => {
    if (hook === ours) return;
    other = hook;
    if (hook !== undefined) warn('NT_HOOK_REPLACED', { hook: slot.name });
  };
  holder[setter] = takeLater;

  return () => {
    // A later owner wrapped the setter again: their chain still leads through ours.
    if (holder[setter] !== takeLater) return;
    delete (holder as Partial<SlotHolder<F>>)[setter];
    if (holder[field] !== ours) return;
    holder[setter](other);
    // They may have kept ours, and must not be called by it once more.
    other = undefined;
  };
}
