import { ORDER } from './order.ts';
import type { Trace } from './trace.model.ts';

/** The part of a terminal that decides how a trace is drawn. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
}

/** The trace as a tree, its log lines under it. */
export async function drawTrace({ spans, logs }: Trace, screen: Screen): Promise<string> {
  // Loaded late: it belongs to the library, which may have been built only now.
  const { renderTraceTree } = await import('nest-telemetry/testing');
  return renderTraceTree(spans, {
    logs,
    // `hasColors` knows NO_COLOR and dumb terminals.
    colors: screen.isTTY === true && screen.hasColors?.() === true,
    ...(screen.columns !== undefined && { width: screen.columns }),
  });
}

/** Where everything is and what to try. */
export function describeServices(
  services: readonly { readonly name: string; readonly url: string }[],
): string {
  const orderUrl = services.find(({ name }) => name === 'order')?.url ?? '';
  const width = Math.max(...services.map(({ name }) => name.length));
  return [
    ...services.map(({ name, url }) => `${name.padEnd(width)}  ${url}  metrics: ${url}/metrics`),
    '',
    'Place another order; its trace is printed here ("userId":500 shows an error, "cardToken":"tok_declined" a rollback):',
    `  curl -s ${orderUrl}/orders -H 'content-type: application/json' -d '${JSON.stringify(ORDER)}'`,
    '',
    'Press Ctrl-C to stop.',
  ].join('\n');
}
