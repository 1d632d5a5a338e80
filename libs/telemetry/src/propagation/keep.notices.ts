/** A service that may hold its part of a trace back until it hears from us. */
interface Peer {
  readonly host: string;
  readonly instance: string;
}

/** A trace one of them has to be told of. */
interface Notice {
  readonly instance: string;
  readonly until: number;
  sentAt: number;
}

/** Ids sent with one request: about a kilobyte. */
const MAX_SENT = 32;
const MAX_TRACES = 10_000;
const MAX_PENDING = 5000;
const MAX_HOSTS = 200;
/** After that it is taken that the answer will not come, or came from another instance. */
const PATIENCE = 100;

/**
 * Which services called in a trace hold their part of it back, and what they still have to be told. A notice goes along
 * with requests to the same host until the instance that it is for has answered one of them.
 */
export class KeepNotices {
  readonly #peers = new Map<string, Peer[]>();
  readonly #pending = new Map<string, Map<string, Notice>>();

  /**
   * @param lifeMillis - for which a notice is worth sending
   * @param now - milliseconds that never go back
   */
  constructor(
    private readonly lifeMillis: number,
    private readonly now: () => number,
  ) {}

  /** An instance behind a host has answered that it has not decided about a trace. */
  isHeld(traceId: string, host: string, instance: string): void {
    const peers = this.#peers.get(traceId);
    if (peers === undefined) {
      if (this.#peers.size >= MAX_TRACES) removeFirst(this.#peers);
      this.#peers.set(traceId, [{ host, instance }]);
    } else if (!peers.some((peer) => peer.host === host && peer.instance === instance)) {
      peers.push({ host, instance });
    }
  }

  settled(traceId: string, isKept: boolean): void {
    const peers = this.#peers.get(traceId);
    if (peers === undefined) return;
    this.#peers.delete(traceId);
    if (!isKept) return;
    const until = this.now() + this.lifeMillis;
    for (const { host, instance } of peers) this.#add(host, traceId, { instance, until, sentAt: -Infinity });
  }

  /** What to tell a host with a request that is about to be sent. */
  take(host: string): readonly string[] {
    const pending = this.#pending.get(host);
    if (pending === undefined) return NOTHING;
    const now = this.now();
    const ids: string[] = [];
    for (const [key, notice] of pending) {
      if (notice.until <= now) {
        pending.delete(key);
      } else if (now - notice.sentAt > PATIENCE) {
        notice.sentAt = now;
        ids.push(traceIdOf(key));
        if (ids.length === MAX_SENT) break;
      }
    }
    if (pending.size === 0) this.#pending.delete(host);
    return ids;
  }

  /** An instance has heard of these. */
  delivered(host: string, ids: readonly string[], instance: string): void {
    const pending = this.#pending.get(host);
    if (pending === undefined) return;
    for (const id of ids) pending.delete(keyOf(id, instance));
    if (pending.size === 0) this.#pending.delete(host);
  }

  #add(host: string, traceId: string, notice: Notice): void {
    let pending = this.#pending.get(host);
    if (pending === undefined) {
      if (this.#pending.size >= MAX_HOSTS) removeFirst(this.#pending);
      this.#pending.set(host, (pending = new Map()));
    }
    if (pending.size >= MAX_PENDING) removeFirst(pending);
    pending.set(keyOf(traceId, notice.instance), notice);
  }
}

const NOTHING: readonly string[] = [];

function keyOf(traceId: string, instance: string): string {
  return `${traceId} ${instance}`;
}

function traceIdOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

function removeFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
