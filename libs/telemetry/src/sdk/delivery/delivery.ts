import type { Signal } from '@nest-telemetry/otlp';
import type { CloseOptions, SpoolStats } from '@nest-telemetry/spool';
import type { ResolvedOptions } from '../../config/resolved-options.js';
import type { SpoolOutlet } from './spool.outlet.js';

/**
 * Waiting longer for a collector that does not answer is no use when nothing is lost by not waiting. With all else there is
 * to do at the end this stays below two seconds.
 */
const LONGEST_WAIT = 1500;

/** How long the end of the process and a flush wait for delivery from disk, in milliseconds. */
export function deliveryTimeout({ shutdown }: ResolvedOptions): number {
  return Math.min(LONGEST_WAIT, shutdown.timeoutMillis);
}

/** How the telemetry of this process waits for its delivery over OTLP. */
export interface Delivery {
  /** For people, e.g. `durable in /var/lib/shop`; undefined when nothing is sent over OTLP. */
  readonly description: string | undefined;
  /** Where records of a signal go to be kept on disk; undefined when an exporter of the SDK sends them from memory. */
  outlet(signal: Signal): SpoolOutlet | undefined;
  stats(): SpoolStats | undefined;
  /** Waits until everything is delivered, or the deadline. Never rejects. */
  deliver(options: CloseOptions): Promise<void>;
  /** The same, and takes no more. What is left stays on disk. */
  close(options: CloseOptions): Promise<void>;
}

/** Exporters of the SDK deliver. */
export function memoryDelivery(description?: string): Delivery {
  return {
    description,
    outlet: () => undefined,
    stats: () => undefined,
    deliver: async () => {},
    close: async () => {},
  };
}
