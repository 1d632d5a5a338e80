import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { setImmediate } from 'node:timers/promises';
import { lastValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { websocketLifecycle, websocketMessage } from '../tracing/conventions/websocket.conventions.js';
import { activeWebsocketWork, WebsocketWork } from './websocket.work.js';

const place = { kind: SpanKind.CONSUMER, parent: ROOT_CONTEXT, links: [] };
const settings = { isError: (error: unknown): boolean => error instanceof TypeError };
const message = (): WebsocketWork =>
  new WebsocketWork(websocketMessage('websocket', 'say'), { ...place, isMessage: true }, settings);
const arrival = (): WebsocketWork =>
  new WebsocketWork(websocketLifecycle('websocket', 'connect'), place, settings);

describe('work of a gateway', () => {
  let telemetry: TelemetryRecorder;
  beforeEach(() => void (telemetry = recordTelemetry()));
  afterEach(() => telemetry.stop());

  const measured = async () => (await telemetry.metric('messaging.process.duration')).points;

  it('is found in its context, and nowhere else', () => {
    const work = message();
    work.run(() => expect(activeWebsocketWork()).toBe(work));
    expect(activeWebsocketWork()).toBeUndefined();
    expect(context.active()).toBe(ROOT_CONTEXT);
  });

  it('ends with the last of several answers', async () => {
    const answers = await message().run(() => Promise.resolve(of(1, 2)));
    expect(telemetry.spans).toEqual([]);
    expect(await lastValueFrom(answers)).toBe(2);
    expect(telemetry.span('process say').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('failed with an error that was told, although it returned', async () => {
    const work = message();
    const error = new TypeError('no');
    work.run(() => {
      work.failed(error);
      work.failed(error);
    });
    const { status, events } = telemetry.span('process say');
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'no' });
    expect(events).toHaveLength(1);
    expect(await measured()).toMatchObject([{ attributes: { 'error.type': 'TypeError' } }]);
  });

  it('failed with an error that was thrown, which goes on', async () => {
    expect(() =>
      message().run(() => {
        throw new TypeError('no');
      }),
    ).toThrow('no');
    expect(telemetry.span('process say').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('is measured also when it is not sampled, with its error', async () => {
    await telemetry.stop();
    telemetry = recordTelemetry({
      sampler: { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => 'never' },
    });
    await expect(message().run(() => Promise.reject(new TypeError('no')))).rejects.toThrow('no');
    expect(await measured()).toMatchObject([{ count: 1, attributes: { 'error.type': 'TypeError' } }]);
    expect(telemetry.spans).toEqual([]);
  });

  it('waits for promises that nobody else waits for, and records what they fail with', async () => {
    const work = arrival();
    const failing = setImmediate().then(() => {
      throw new TypeError('no');
    });
    work.runJoining(() => work.join(failing));
    expect(telemetry.spans).toEqual([]);
    await expect.poll(() => telemetry.spans.length).toBe(1);
    expect(telemetry.span('websocket connect').status.code).toBe(SpanStatusCode.ERROR);
    expect((await telemetry.metrics()).map(({ name }) => name)).not.toContain('messaging.process.duration');
  });
});
