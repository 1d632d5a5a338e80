import type { ModulesContainer } from '@nestjs/core';
import { trace, type Span } from '@opentelemetry/api';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { Hook, HookHost } from './hook.js';

/** Installs a hook as the module would, with the modules of an application if it needs them. */
export function installHook(hook: Hook, modules?: ModulesContainer): () => void {
  const options = { traces: { http: { client: true } } } as ResolvedOptions;
  const outcome = hook.install({ options, modules, httpAdapter: undefined } as HookHost);
  if (!outcome.installed) throw new Error(outcome.reason);
  return outcome.uninstall;
}

/** Runs in a span named `parent`, as a request handler would. */
export function inParent<T>(run: (parent: Span) => Promise<T>): Promise<T> {
  return trace.getTracer('spec').startActiveSpan('parent', async (parent) => {
    try {
      return await run(parent);
    } finally {
      parent.end();
    }
  });
}
