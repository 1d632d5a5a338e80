import type { Hook } from './hook.js';
import { watchFilters } from './layers/filters.layer.js';
import { watchGuards } from './layers/guards.layer.js';
import { watchInterceptors } from './layers/interceptors.layer.js';
import { useLayerDetail } from './layers/layer.detail.js';
import { watchPipes } from './layers/pipes.layer.js';
import { sharedInstallation } from './shared.installation.js';

/**
 * Guards, interceptors, pipes and exception filters, as events on the span of the handler or as spans. Nest runs those
 * of every kind of handler, HTTP, RPC, WebSocket and GraphQL, through the same few classes, which are what is wrapped:
 * bound once or on every controller, each run is told once. A request without any of them pays for a look at an empty
 * list.
 *
 * Filters are put together with the handlers, so this has to be installed before the first handler is.
 */
export const nestLayersHook: Hook = {
  name: 'layers',
  install({ options: { traces } }) {
    const { detail } = traces.layers;
    if (detail === 'off' || !traces.enabled) {
      return {
        installed: false,
        reason: traces.enabled ? "traces.layers.detail is 'off'" : 'traces are off',
      };
    }
    const undo = [useLayerDetail(detail), watchLayers()];
    return {
      installed: true,
      uninstall() {
        for (const step of undo) step();
      },
    };
  },
};

const watchLayers = sharedInstallation(() => {
  const restores = [watchGuards(), watchInterceptors(), watchPipes(), watchFilters()];
  return () => {
    for (const restore of restores) restore();
  };
});
