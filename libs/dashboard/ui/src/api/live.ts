import { useEffect, useRef } from 'react';
import type { LogView, StoreTotals, TraceSummary } from '../../../src/api/api.types.ts';

interface LiveEvents {
  readonly traces: readonly TraceSummary[];
  readonly logs: readonly LogView[];
  readonly totals: StoreTotals;
}

/** Calls back with what comes in while the page is open; not while `isPaused`. */
export function useLive<Topic extends keyof LiveEvents>(
  topic: Topic,
  onData: (data: LiveEvents[Topic]) => void,
  isPaused = false,
): void {
  const latest = useRef(onData);
  useEffect(() => {
    latest.current = onData;
  });
  useEffect(() => {
    if (isPaused) return undefined;
    const source = new EventSource(`/api/stream?topics=${topic}`);
    source.addEventListener(topic, (event: MessageEvent<string>) =>
      latest.current(JSON.parse(event.data) as LiveEvents[Topic]),
    );
    return () => source.close();
  }, [topic, isPaused]);
}
