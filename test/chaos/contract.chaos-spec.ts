import { describe, expect, it } from 'vitest';
import { type Action, Collector, type Protocol } from './collector.js';
import {
  chooseSeed,
  droppedOf,
  Folder,
  isLong,
  namesOf,
  optionsFor,
  produce,
  randomFrom,
  statsOf,
} from './producer.js';

const SPANS = isLong ? 20_000 : 2000;
const TIMEOUT = 300;

function actions(random: () => number): readonly (() => Action)[] {
  const status = (code: number) => (): Action => ({ do: 'refuse', status: code });
  return [
    () => ({ do: 'take' }),
    () => ({ do: 'take' }),
    () => ({ do: 'take' }),
    () => ({ do: 'partial', rejected: 1 + Math.floor(random() * 3) }),
    status(429),
    () => ({ do: 'refuse', status: 429, retryAfter: String(Math.floor(random() * 2)) }),
    () => ({ do: 'refuse', status: 503, retryAfter: new Date(Date.now() + random() * 2000).toUTCString() }),
    () => ({ do: 'refuse', status: 503, retryAfter: ['-1', '0', 'soon'][Math.floor(random() * 3)] ?? '' }),
    status(502),
    status(503),
    status(504),
    status(400),
    status(500),
    () => ({ do: 'reset', taken: false }),
    () => ({ do: 'reset', taken: true }),
    () => ({ do: 'hang' }),
    () => ({ do: 'slow', millis: random() * 1.5 * TIMEOUT }),
    () => ({ do: 'trickle' }),
  ];
}

/** Everything once, in an order of chance, and then again: a short run sees all of it too. */
function deckOf<T>(cards: readonly T[], random: () => number): () => T | undefined {
  let deck: T[] = [];
  return () => {
    if (deck.length === 0) deck = [...cards];
    return deck.splice(Math.floor(random() * deck.length), 1)[0];
  };
}

describe.each<Protocol>(['http/protobuf', 'grpc'])(
  'A collector over %s that does what it likes',
  (protocol) => {
    it('gets every span, or refused it for good and it is counted', async () => {
      const random = randomFrom(chooseSeed(protocol));
      using folder = new Folder();
      await using collector = await new Collector(protocol).start();
      const draw = deckOf(actions(random), random);
      collector.behave = () => draw()?.() ?? { do: 'take' };
      const base = optionsFor(folder.path, { url: collector.url, protocol, timeoutMillis: TIMEOUT });
      const options = {
        ...base,
        batch: { delayMillis: 10, maxRecords: 100 },
        retry: { initialMillis: 5, maxMillis: 50 },
      };
      await using program = produce(options, { run: 'contract', count: SPANS, rate: 4000, end: 'settle' });
      const stats = await statsOf(program);
      expect(await program.ended).toEqual({ code: 0, signal: null });

      const { sent, appended } = stats.signals.traces;
      expect(appended).toBe(SPANS);
      expect(sent + droppedOf(stats)).toBe(SPANS);
      const missing = namesOf('contract', SPANS).filter((name) => !collector.taken.has(name));
      expect(missing.filter((name) => !collector.refused.has(name))).toEqual([]);
      expect(missing.length).toBeLessThanOrEqual(droppedOf(stats));
      expect(collector.early).toEqual([]);
      expect(stats.signals.traces.retried).toBeGreaterThan(0);
      expect(stats.signals.traces.dropped.rejected).toBeGreaterThan(0);
    });

    it('that cannot stand a few spans gets all others', async () => {
      const random = randomFrom(chooseSeed(`poison over ${protocol}`));
      using folder = new Folder();
      await using collector = await new Collector(protocol).start();
      const poison = new Set(Array.from({ length: 5 }, () => `poison:${Math.floor(random() * SPANS)}`));
      collector.behave = (names) =>
        names.some((name) => poison.has(name)) ? { do: 'refuse', status: 400 } : { do: 'take' };
      const options = optionsFor(folder.path, { url: collector.url, protocol });
      await using program = produce(options, { run: 'poison', count: SPANS, rate: 0, end: 'settle' });
      const stats = await statsOf(program);
      const missing = namesOf('poison', SPANS).filter((name) => !collector.taken.has(name));
      expect(new Set(missing)).toEqual(poison);
      expect(stats.signals.traces.dropped.quarantined).toBe(poison.size);
      expect(stats.signals.traces.sent).toBe(SPANS - poison.size);
      expect(collector.duplicates).toBe(0);
    });
  },
);
