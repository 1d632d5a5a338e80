import type { ServerResponse } from 'node:http';
import { SAFE_HEADERS } from './response.headers.js';

/** The events of the stream; see the contract for what each carries. */
export type StreamTopic = 'traces' | 'logs' | 'totals';

/** How many pages may watch; each holds a connection, of which a browser has six for one origin. */
const MOST_WATCHERS = 10;
const HEARTBEAT_MILLIS = 15_000;
/** A page that does not read as fast as is written is skipped until it has. */
const MOST_UNREAD_BYTES = 1024 * 1024;

interface Watcher {
  readonly response: ServerResponse;
  readonly topics: ReadonlySet<StreamTopic>;
}

/** Server-sent events to the pages that are open. */
export class LiveStream {
  readonly #watchers = new Set<Watcher>();
  #heartbeat: NodeJS.Timeout | undefined;

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Lets a page watch; false when there are too many already. */
  watch(response: ServerResponse, topics: ReadonlySet<StreamTopic>): boolean {
    if (this.#watchers.size >= MOST_WATCHERS) return false;
    const watcher: Watcher = { response, topics };
    response.writeHead(200, { ...SAFE_HEADERS, 'Content-Type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    this.#watchers.add(watcher);
    response.once('close', () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    });
    this.#heartbeat ??= setInterval(() => this.#send(() => true, ':\n\n'), HEARTBEAT_MILLIS).unref();
    return true;
  }

  /** @param json - in one line, as it came from the store */
  send(topic: StreamTopic, json: Uint8Array): void {
    const event = Buffer.concat([Buffer.from(`event: ${topic}\ndata: `), json, Buffer.from('\n\n')]);
    this.#send((topics) => topics.has(topic), event);
  }

  close(): void {
    for (const { response } of this.#watchers) response.end();
    this.#rest();
  }

  #send(wants: (topics: ReadonlySet<StreamTopic>) => boolean, event: string | Uint8Array): void {
    for (const { response, topics } of this.#watchers) {
      if (wants(topics) && response.writableLength < MOST_UNREAD_BYTES) response.write(event);
    }
  }

  #rest(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}
