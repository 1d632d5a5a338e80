// What recording costs, as applications record: through the handles the package gives out.
import { applicationCounter, meterProvider, ServerVocabulary } from './built.ts';
import { inTurns } from './cpu.ts';
import { official, ours, ROUTES, SAMPLED } from './subjects.ts';

const CALLS = 300_000;

/** CPU microseconds of one call, by round. */
export interface RecordingFigures {
  readonly request: readonly number[];
  readonly bound: readonly number[];
  readonly unbound: readonly number[];
  readonly officialUnbound: readonly number[];
}

export function measureRecording(rounds: number): RecordingFigures {
  meterProvider.setDelegate(ours().provider);
  const vocabulary = new ServerVocabulary(new Set(['GET', 'POST']));
  const http = { method: 'GET', scheme: 'https', protocolVersion: '1.1' };
  const three = (index: number) => ({
    'payment.method': index % 2 ? 'card' : 'invoice',
    region: 'eu-central-1',
    gift: index % 7 === 0,
  });
  const counter = applicationCounter('orders.placed');
  const bound = counter.bind(three(1));
  const theirs = official().getMeter('bench').createCounter('orders.placed');
  const times = (call: (index: number) => void) => () => {
    for (let index = 0; index < CALLS; index++) call(index);
  };
  const costs = inTurns(rounds, {
    // What the HTTP hook does for its metrics, with a trace that is recorded: two counts and two histograms.
    request: times((index) => {
      const low = vocabulary.low(http as Parameters<typeof vocabulary.low>[0]);
      const active = vocabulary.active(low);
      active.add(1, SAMPLED);
      active.add(-1, SAMPLED);
      const status = index % 7 === 0 ? 404 : 200;
      const outcome = vocabulary.outcome(low, ROUTES[index % ROUTES.length], status, undefined);
      outcome.duration.record((index % 1000) / 1000, SAMPLED);
      outcome.responseSize.record(index % 5000, SAMPLED);
    }),
    bound: times(() => bound.add(1)),
    unbound: times((index) => counter.add(1, three(index))),
    officialUnbound: times((index) => theirs.add(1, three(index))),
  });
  const perCall = (values: readonly number[]) => values.map((value) => value / CALLS);
  return {
    request: perCall(costs.request),
    bound: perCall(costs.bound),
    unbound: perCall(costs.unbound),
    officialUnbound: perCall(costs.officialUnbound),
  };
}
