import { describe, expect, it } from 'vitest';
import type { Ending } from '../e2e/program.js';
import { type Action, Collector } from './collector.js';
import { deliverTheRest, Folder, namesOf, optionsFor, produce, type Production } from './producer.js';

const SPANS = 300;
/** Far more than an end takes, and far less than the time limit of a request, which must not count. */
const PATIENCE = 4000;

const ends: Readonly<Record<string, { end: Production['end']; signal?: NodeJS.Signals; ending: Ending }>> = {
  SIGTERM: { end: 'signal', signal: 'SIGTERM', ending: { code: null, signal: 'SIGTERM' } },
  SIGINT: { end: 'signal', signal: 'SIGINT', ending: { code: null, signal: 'SIGINT' } },
  SIGHUP: { end: 'signal', signal: 'SIGHUP', ending: { code: null, signal: 'SIGHUP' } },
  SIGKILL: { end: 'signal', signal: 'SIGKILL', ending: { code: null, signal: 'SIGKILL' } },
  'process.exit': { end: 'exit', ending: { code: 3, signal: null } },
  'an exception': { end: 'throw', ending: { code: 1, signal: null } },
  'a rejection': { end: 'reject', ending: { code: 1, signal: null } },
  'the natural end': { end: 'natural', ending: { code: 0, signal: null } },
  'close()': { end: 'close', ending: { code: 0, signal: null } },
};

const collectors: Readonly<Record<string, Action | 'down'>> = {
  'takes everything': { do: 'take' },
  'is down': 'down',
  hangs: { do: 'hang' },
  trickles: { do: 'trickle' },
};

describe.each(Object.entries(collectors))('While the collector %s', (_name, behaviour) => {
  it('every end of a process is as it would be without a spool, and loses nothing', async () => {
    using folder = new Folder();
    await using collector = await new Collector().start();
    const options = optionsFor(folder.path, { url: collector.url });
    if (behaviour === 'down') await collector.stop();
    else collector.behave = () => behaviour;

    for (const [name, { end, signal, ending }] of Object.entries(ends)) {
      await using program = produce(options, { run: name, count: SPANS, rate: 1500, end });
      await program.says('produced');
      const began = performance.now();
      if (signal !== undefined) program.kill(signal);
      expect(await program.ended, name).toEqual(ending);
      expect(performance.now() - began, name).toBeLessThan(PATIENCE);
    }

    collector.behave = () => ({ do: 'take' });
    if (behaviour === 'down') await collector.start();
    await deliverTheRest(options);
    const expected = Object.keys(ends).flatMap((name) => namesOf(name, SPANS));
    expect(expected.filter((name) => !collector.taken.has(name))).toEqual([]);
    expect(collector.taken.size).toBe(expected.length);
  });
});
