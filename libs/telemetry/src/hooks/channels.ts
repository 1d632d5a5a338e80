import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { guarded } from '../telemetry.warnings.js';

/** What is published on the channels of one client: channel name to listener. */
export type ChannelListeners = Readonly<Record<string, (message: unknown) => void>>;

/** Listens on diagnostics channels. An error of a listener would end the process, so it becomes a warning. */
export function listen(owner: string, listeners: ChannelListeners): () => void {
  const guards = Object.entries(listeners).map(([channel, listener]) => {
    const guard = (message: unknown): void => guarded(owner, () => listener(message), undefined);
    subscribe(channel, guard);
    return { channel, guard };
  });
  return () => {
    for (const { channel, guard } of guards) unsubscribe(channel, guard);
  };
}
