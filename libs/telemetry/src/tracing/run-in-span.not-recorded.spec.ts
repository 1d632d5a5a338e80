import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { lastValueFrom, Observable, of } from 'rxjs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { runInSpan } from './run-in-span.js';
import { activeSpanContext } from './running-work.spec-helper.js';

describe('a span that is not recorded', () => {
  const telemetry = recordTelemetry({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
  afterEach(() => telemetry.clear());
  afterAll(() => telemetry.stop());

  it('calls no attribute function and hands promises through', async () => {
    let calls = 0;
    const count = (): undefined => {
      calls += 1;
    };
    const promise = Promise.resolve(1);
    const options = { lazyAttributes: count, onResult: count, resultAttributes: count };
    expect(runInSpan('work', options, () => promise)).toBe(promise);
    await promise;
    expect(calls).toBe(0);
    expect(telemetry.spans).toEqual([]);
  });

  it('still gives its context to what it starts, so that the decision reaches other services', async () => {
    const seen: (string | undefined)[] = [];
    const look = (): void => void seen.push(activeSpanContext()?.traceId);
    const values = runInSpan('observable', {}, () => {
      look();
      return new Observable<number>((subscriber) => {
        look();
        subscriber.complete();
      });
    });
    await lastValueFrom(values, { defaultValue: 0 });
    expect(seen[0]).toMatch(/[1-9a-f]/);
    expect(seen[1]).toBe(seen[0]);
    expect(activeSpanContext()).toBeUndefined();
  });
});

describe('without an SDK', () => {
  it('only calls the function', () => {
    expect(trace.getTracer('spec').startSpan('work').isRecording()).toBe(false);
    const values = of(1);
    expect(runInSpan('work', {}, () => values)).toBe(values);
    expect(() =>
      runInSpan('work', {}, () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
  });

  it('keeps the context of a given parent', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    const parent = propagation.setBaggage(ROOT_CONTEXT, baggage);
    const tenant = runInSpan(
      'work',
      { parent },
      () => propagation.getActiveBaggage()?.getEntry('tenant')?.value,
    );
    expect(tenant).toBe('acme');
    context.disable();
  });
});
