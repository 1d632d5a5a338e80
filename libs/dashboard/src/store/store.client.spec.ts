import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreClient } from './store.client.js';
import type { StoreRequest } from './store.protocol.js';
import type { StoreThread, ThreadListener } from './store.thread.js';

/** A thread that does nothing but what the spec lets it do. */
class ThreadDouble implements StoreThread {
  readonly asked: StoreRequest[] = [];
  isEnded = false;

  constructor(private readonly listener: ThreadListener) {}

  post(request: StoreRequest): void {
    this.asked.push(request);
  }

  end(): void {
    this.die();
  }

  /** Answers the oldest request. */
  answer(result: unknown): void {
    this.listener.onAnswer({ id: this.asked.shift()?.id ?? 0, result });
  }

  fail(code: string): void {
    this.listener.onAnswer({ id: this.asked.shift()?.id ?? 0, error: { code, message: code } });
  }

  die(reason?: string): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.listener.onEnd(reason);
  }
}

const threads: ThreadDouble[] = [];
const told: [string, number][] = [];
let client: StoreClient;

function newest(): ThreadDouble {
  return threads.at(-1) as ThreadDouble;
}

/** Lets what waits for promises run. */
const settled = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

beforeEach(async () => {
  vi.useFakeTimers();
  threads.length = 0;
  told.length = 0;
  client = new StoreClient(
    { file: 'spec.db', maxBytes: 1 },
    {
      onRestart: (reason, pause) => told.push([reason, pause]),
      startThread: (_, listener) => {
        const thread = new ThreadDouble(listener);
        threads.push(thread);
        return thread;
      },
    },
  );
  const opened = client.open();
  newest().answer(undefined);
  await opened;
});
afterEach(() => vi.useRealTimers());

describe('A store whose thread ends by itself', () => {
  it('tells whoever waits, and whoever asks meanwhile, to come again', async () => {
    const waiting = client.query('totals', {});
    newest().die('out of memory');
    await expect(waiting).rejects.toMatchObject({ code: 'ND_STORE_RESTARTING' });
    await expect(client.json('totals', {})).rejects.toMatchObject({ code: 'ND_STORE_RESTARTING' });
    await expect(
      client.ingest({ signal: 'traces', encoding: 'protobuf', bytes: new Uint8Array() }),
    ).rejects.toMatchObject({ code: 'ND_STORE_RESTARTING' });
    expect(threads).toHaveLength(1);
  });

  it('has another one after a pause, which opens the file before anybody can ask', async () => {
    newest().die('out of memory');
    await vi.advanceTimersByTimeAsync(250);
    expect(newest().asked.map(({ kind }) => kind)).toEqual(['open']);
    await expect(client.query('totals', {})).rejects.toMatchObject({ code: 'ND_STORE_RESTARTING' });
    newest().answer(undefined);
    await settled();
    const totals = client.query('totals', {});
    newest().answer({ spans: 7 });
    expect(await totals).toEqual({ spans: 7 });
    expect(threads).toHaveLength(2);
  });

  it('is told of, and counted', async () => {
    expect(client.restarts).toEqual({ count: 0, lastReason: null });
    newest().die('out of memory');
    expect(told).toEqual([['out of memory', 250]]);
    expect(client.restarts).toEqual({ count: 1, lastReason: 'out of memory' });
  });

  it('waits longer each time it ends soon again, or cannot open its file', async () => {
    newest().die('first');
    await vi.advanceTimersByTimeAsync(250);
    newest().fail('ND_STORE_IN_USE');
    await vi.advanceTimersByTimeAsync(500);
    newest().die('third');
    await vi.advanceTimersByTimeAsync(999);
    expect(threads).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(threads).toHaveLength(4);
    for (let times = 0; times < 10; times += 1) {
      newest().die();
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(threads).toHaveLength(14);
    expect(told.map(([, pause]) => pause).slice(0, 5)).toEqual([250, 500, 1000, 2000, 4000]);
    expect(told.at(-1)).toEqual(['for no reason that is known', 30_000]);
    expect(client.restarts.count).toBe(13);
  });

  it('waits a moment only when it had worked for a minute', async () => {
    for (let times = 0; times < 3; times += 1) {
      newest().die();
      await vi.advanceTimersByTimeAsync(told.at(-1)?.[1] ?? 0);
      newest().answer(undefined);
      await settled();
    }
    await vi.advanceTimersByTimeAsync(60_000);
    newest().die();
    expect(told.map(([, pause]) => pause)).toEqual([250, 500, 1000, 250]);
  });

  it('can be closed meanwhile', async () => {
    newest().die();
    await client.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(threads).toHaveLength(1);
    await expect(client.query('totals', {})).rejects.toMatchObject({ code: 'ND_STORE_CLOSED' });
  });

  it('can be closed while another one opens the file', async () => {
    newest().die();
    await vi.advanceTimersByTimeAsync(250);
    await client.close();
    expect(threads.map(({ isEnded }) => isEnded)).toEqual([true, true]);
  });

  it('is closed all the same when it ends while it is closed', async () => {
    const closed = client.close();
    newest().die('out of memory');
    await closed;
    expect(client.restarts.count).toBe(0);
  });

  it('is not started again when it never opened its file', async () => {
    const never = new StoreClient(
      { file: 'spec.db', maxBytes: 1 },
      {
        startThread: (_, listener) => {
          const thread = new ThreadDouble(listener);
          threads.push(thread);
          return thread;
        },
      },
    );
    const opened = never.open();
    newest().die('no such module');
    await expect(opened).rejects.toMatchObject({ code: 'ND_STORE_FAILED', message: /no such module/ });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(threads).toHaveLength(2);
    await never.close();
  });
});
