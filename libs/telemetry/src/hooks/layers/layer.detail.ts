import type { LayerDetail } from '../../telemetry.options.js';

/** Of the applications that run in this process; the one started last decides, since they share Nest's code. */
const details: { readonly detail: LayerDetail }[] = [];

/** Whether layers are told as events or as spans. */
export function layerDetail(): LayerDetail {
  return details.at(-1)?.detail ?? 'off';
}

/** Puts a choice in force; returns how to go back to the one before. */
export function useLayerDetail(detail: LayerDetail): () => void {
  const entry = { detail };
  details.push(entry);
  return () => {
    const index = details.indexOf(entry);
    if (index >= 0) details.splice(index, 1);
  };
}
