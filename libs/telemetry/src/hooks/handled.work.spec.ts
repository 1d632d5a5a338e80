import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { noting, observeHandledWork } from './handled.work.js';

const WORK = { name: 'listen', kind: SpanKind.INTERNAL, low: {} };

describe('Work whose errors are handled', () => {
  let telemetry: TelemetryRecorder;
  beforeEach(() => void (telemetry = recordTelemetry()));
  afterEach(() => telemetry.stop());

  it('starts at once and gives what it gave', async () => {
    let started = false;
    const result = observeHandledWork(WORK, async () => {
      started = true;
      return 7;
    });
    expect(started).toBe(true);
    expect(await result).toBe(7);
    expect(telemetry.span('listen').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('fails in its span and not for its caller', async () => {
    const error = new RangeError('no stock');
    const result = await observeHandledWork(WORK, async (failed) => {
      const method = noting(() => Promise.reject(error), failed);
      await method().catch(() => undefined);
      return 'handled';
    });
    expect(result).toBe('handled');
    const { status, attributes, events } = telemetry.span('listen');
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'no stock' });
    expect(attributes['error.type']).toBe('RangeError');
    expect(events).toHaveLength(1);
  });

  it.each([null, undefined, 'text'])('notes a failure with %s, too', async (thrown) => {
    await observeHandledWork(WORK, async (failed) => failed(thrown));
    expect(telemetry.span('listen').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('throws on what nobody handles', async () => {
    const error = new Error('not handled');
    await expect(observeHandledWork(WORK, () => Promise.reject(error))).rejects.toBe(error);
    expect(telemetry.span('listen').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('keeps this and the arguments of a method', async () => {
    const subject = { base: 1 };
    const add = noting(
      function (this: unknown, more: number) {
        return (this as typeof subject).base + more;
      },
      () => expect.unreachable(),
    );
    expect(await add.call(subject, 2)).toBe(3);
  });
});
