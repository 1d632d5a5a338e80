import { traceMethods } from '../tracing/traced-methods.js';
import { tracedClasses } from './auto-trace/traced.classes.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';

/**
 * Spans for the methods of the classes that `autoTrace` matches, as `@Traceable()` on them would make. Their prototypes
 * are wrapped while the application is put together, when its modules are known and no handler has been registered:
 * whoever asks for a method afterwards, routes included, gets the one with the span and all its metadata.
 */
export const autoTraceHook: Hook = {
  name: 'auto-trace',
  install({ options: { autoTrace, traces }, modules, ownToken }) {
    if (autoTrace === undefined || !traces.enabled) return { installed: false, reason: 'traces are off' };
    const classes = tracedClasses(modules, ownToken, autoTrace);
    if (classes.length === 0) return { installed: false, reason: 'autoTrace matches no class' };
    const undo = classes.map(({ prototype }) => sharedTracing(prototype as object));
    return {
      installed: true,
      uninstall() {
        for (const stop of undo.toReversed()) stop();
      },
    };
  },
};

const installations = new WeakMap<object, () => () => void>();

/** Applications in one process share their classes, and with them the spans. */
function sharedTracing(prototype: object): () => void {
  const install = installations.get(prototype) ?? sharedInstallation(() => traceMethods(prototype));
  installations.set(prototype, install);
  return install();
}
