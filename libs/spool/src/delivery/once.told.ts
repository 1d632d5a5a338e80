import type { SpoolListener } from '../spool.events.js';
import type { DropReason } from '../spool.stats.js';

/** A side that died has not said that it is over. */
const FORGET_MILLIS = 60_000;

/**
 * Whoever writes and whoever sends give up records for the same reason, and each notices it alone: that it begins is told
 * once, and what each of them lost when it is over.
 */
export function tellingOnce(
  listener: SpoolListener,
  now: () => number = () => performance.now(),
): SpoolListener {
  const toldAt = new Map<DropReason, number>();
  return (event) => {
    if (event.type === 'drops-began') {
      if (now() - (toldAt.get(event.reason) ?? -Infinity) < FORGET_MILLIS) return;
      toldAt.set(event.reason, now());
    } else if (event.type === 'drops-ended') toldAt.delete(event.reason);
    listener(event);
  };
}
