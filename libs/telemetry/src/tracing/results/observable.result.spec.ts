import { setTimeout as sleep } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import {
  BehaviorSubject,
  concat,
  defer,
  firstValueFrom,
  from,
  interval,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  range,
  retry,
  Subject,
  Subscriber,
  switchMap,
  take,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../../testing/index.js';
import { runInSpan } from '../run-in-span.js';
import { activeSpanContext, nextTurn } from '../running-work.spec-helper.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

const traced = <T>(name: string, make: () => Observable<T>): Observable<T> => runInSpan(name, {}, make);
const spanId = (name: string): string => telemetry.span(name).spanContext().spanId;
const parentId = (name: string): string | undefined => telemetry.span(name).parentSpanContext?.spanId;

/** Emits its name and the span it is emitted in. */
const look = (name: string): Observable<[string, string | undefined]> =>
  traced(name, () =>
    timer(1).pipe(map((): [string, string | undefined] => [name, activeSpanContext()?.spanId])),
  );

describe('a span around an Observable', () => {
  it('lasts until complete', async () => {
    const values = traced('work', () => timer(1));
    expect(telemetry.spans).toEqual([]);
    await lastValueFrom(values);
    expect(telemetry.spanNames).toEqual(['work']);
  });

  it('is over before the subscriber hears of the end', () => {
    let seen: readonly string[] = [];
    traced('work', () => of(1)).subscribe({ complete: () => (seen = telemetry.spanNames) });
    expect(seen).toEqual(['work']);
  });

  it('records an error and hands it on', async () => {
    const error = new Error('late');
    const values = traced('work', () => timer(1).pipe(switchMap(() => throwError(() => error))));
    await expect(lastValueFrom(values)).rejects.toBe(error);
    expect(telemetry.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'late' });
  });

  it('records an error thrown while subscribing', async () => {
    const values = traced('work', () =>
      defer((): Observable<never> => {
        throw new Error('at once');
      }),
    );
    await expect(lastValueFrom(values)).rejects.toThrow('at once');
    expect(telemetry.span('work').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('ends on unsubscribe, without an error, after the teardown ran in its context', async () => {
    let tornDownIn: string | undefined;
    const endless = traced(
      'work',
      () => new Observable(() => () => (tornDownIn = activeSpanContext()?.spanId)),
    );
    const subscription = endless.subscribe();
    await nextTurn();
    expect(telemetry.spans).toEqual([]);
    subscription.unsubscribe();
    expect(tornDownIn).toBe(spanId('work'));
    expect(telemetry.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('stops an endless synchronous source when the subscriber has enough', async () => {
    const values = traced('work', () => range(0, Number.POSITIVE_INFINITY)).pipe(take(3), toArray());
    expect(await lastValueFrom(values)).toEqual([0, 1, 2]);
    expect(telemetry.spanNames).toEqual(['work']);
  });

  it('is current in everything upstream, and in nothing downstream', async () => {
    const upstream: (string | undefined)[] = [];
    const downstream: (string | undefined)[] = [];
    await runInSpan('subscriber', {}, () =>
      lastValueFrom(
        traced('work', () =>
          interval(1).pipe(
            take(2),
            map(() => upstream.push(activeSpanContext()?.spanId)),
          ),
        ).pipe(map(() => downstream.push(activeSpanContext()?.spanId))),
      ),
    );
    expect(upstream).toEqual([spanId('work'), spanId('work')]);
    expect(downstream).toEqual([spanId('subscriber'), spanId('subscriber')]);
    expect(parentId('work')).toBe(spanId('subscriber'));
  });

  it('makes no child of what the subscriber does next', async () => {
    await runInSpan('subscriber', {}, () =>
      lastValueFrom(traced('first', () => timer(1)).pipe(mergeMap(() => traced('second', () => timer(1))))),
    );
    expect(parentId('first')).toBe(spanId('subscriber'));
    expect(parentId('second')).toBe(spanId('subscriber'));
  });

  it('is made once per subscription', async () => {
    const values = traced('work', () => of(1));
    await Promise.all([lastValueFrom(values), lastValueFrom(values)]);
    await nextTurn();
    await lastValueFrom(values);
    expect(telemetry.spanNames).toEqual(['work', 'work', 'work']);
  });

  it('is made anew for each retry, beside the failed one', async () => {
    let attempts = 0;
    await runInSpan('subscriber', {}, () =>
      lastValueFrom(
        traced('attempt', () =>
          timer(1).pipe(
            map(() => {
              attempts += 1;
              if (attempts < 3) throw new Error(`attempt ${attempts}`);
            }),
          ),
        ).pipe(retry(2)),
      ),
    );
    const made = telemetry.spans.filter(({ name }) => name === 'attempt');
    expect(made.map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
      SpanStatusCode.UNSET,
    ]);
    for (const span of made) expect(span.parentSpanContext?.spanId).toBe(spanId('subscriber'));
  });

  it('does not cover the time before its turn in concat', async () => {
    await runInSpan('subscriber', {}, () =>
      lastValueFrom(
        concat(
          traced('first', () => timer(20)),
          traced('second', () => timer(1)),
        ),
      ),
    );
    const { endTime } = telemetry.span('first');
    const { startTime } = telemetry.span('second');
    expect(startTime[0] * 1e3 + startTime[1] / 1e6).toBeGreaterThanOrEqual(
      endTime[0] * 1e3 + endTime[1] / 1e6 - 2,
    );
    expect(parentId('second')).toBe(spanId('subscriber'));
  });

  it('stays apart from others in merge', async () => {
    const seen = await lastValueFrom(merge(look('a'), look('b'), look('c')).pipe(toArray()));
    for (const [name, id] of seen) expect(id).toBe(spanId(name));
  });

  it('is not made if nobody subscribes', async () => {
    traced('work', () => of(1));
    await nextTurn();
    expect(telemetry.spans).toEqual([]);
  });

  it('ends with the call if nobody subscribes but work of the call refers to it', async () => {
    traced('work', () => from(runInSpan('eager', {}, () => sleep(1))));
    await sleep(5);
    expect(telemetry.spanNames.toSorted()).toEqual(['eager', 'work']);
    expect(parentId('eager')).toBe(spanId('work'));
  });

  it('gets attributes from the last value', async () => {
    const options = { resultAttributes: (last: unknown) => ({ last }) };
    await lastValueFrom(runInSpan('all', options, () => of(1, 2, 3)));
    await firstValueFrom(runInSpan('first', options, () => of(1, 2, 3)));
    await lastValueFrom(
      runInSpan('none', options, () => of()),
      { defaultValue: 0 },
    );
    expect(telemetry.span('all').attributes).toEqual({ last: 3 });
    expect(telemetry.span('first').attributes).toEqual({ last: 1 });
    expect(telemetry.span('none').attributes).toEqual({});
  });

  it('leaves a Subject what it is', async () => {
    const state = new BehaviorSubject(1);
    expect(runInSpan('state', {}, () => state)).toBe(state);
    expect(telemetry.spanNames).toEqual(['state']);

    const subject = new Subject<number>();
    const piped = lastValueFrom(traced('piped', () => subject.pipe(map((value) => value * 2))));
    subject.next(2);
    subject.complete();
    expect(await piped).toBe(4);
    expect(telemetry.spanNames).toEqual(['state', 'piped']);
  });

  it('nests when the Observable is passed up through another span', async () => {
    await lastValueFrom(traced('outer', () => traced('inner', () => timer(1))));
    expect(telemetry.spanNames).toEqual(['inner', 'outer']);
    expect(parentId('inner')).toBe(spanId('outer'));
  });

  it('subscribes on behalf of a subscriber that is gone already, as rxjs does', () => {
    let subscribed = 0;
    const values = traced('work', () => new Observable<number>(() => void (subscribed += 1)));
    const gone = new Subscriber<number>();
    gone.unsubscribe();
    values.subscribe(gone);
    expect(subscribed).toBe(1);
  });
});
