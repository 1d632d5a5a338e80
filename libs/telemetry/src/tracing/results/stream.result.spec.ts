import { Socket } from 'node:net';
import { addAbortSignal, PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../../testing/index.js';
import { runInSpan } from '../run-in-span.js';
import { nextTurn } from '../running-work.spec-helper.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

describe('a span around a stream', () => {
  it('lasts until the stream was read and closed', async () => {
    const source = Readable.from(['a', 'b']);
    const stream = runInSpan('download', {}, () => source);
    expect(stream).toBe(source);
    expect(telemetry.spans).toEqual([]);
    expect(await text(stream)).toBe('ab');
    await nextTurn();
    expect(telemetry.span('download').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('follows a stream that is promised', async () => {
    const stream = await runInSpan('download', {}, async () => Readable.from(['a']));
    expect(telemetry.spans).toEqual([]);
    await text(stream);
    await nextTurn();
    expect(telemetry.spanNames).toEqual(['download']);
  });

  it('records an error of the stream, which stays the business of the caller', async () => {
    const stream = runInSpan('download', {}, () => new PassThrough());
    expect(stream.listenerCount('error')).toBe(0);
    const failed = text(stream);
    stream.destroy(new Error('reset'));
    await expect(failed).rejects.toThrow('reset');
    await nextTurn();
    expect(telemetry.span('download').status).toEqual({ code: SpanStatusCode.ERROR, message: 'reset' });
  });

  it('is no failure when the reader leaves early, but is when a signal aborts the stream', async () => {
    for await (const _ of runInSpan('left', {}, () => Readable.from(['a', 'b']))) break;
    const controller = new AbortController();
    const aborted = runInSpan('aborted', {}, () => addAbortSignal(controller.signal, new PassThrough()));
    const failed = text(aborted);
    controller.abort();
    await expect(failed).rejects.toThrow('aborted');
    await nextTurn();
    expect(telemetry.span('left').status.code).toBe(SpanStatusCode.UNSET);
    expect(telemetry.span('aborted').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('ends when a stream that does not close is at its end', async () => {
    const stream = runInSpan(
      'download',
      {},
      () =>
        new Readable({
          autoDestroy: false,
          read() {
            this.push(null);
          },
        }),
    );
    expect(await text(stream)).toBe('');
    expect(telemetry.spanNames).toEqual(['download']);
  });

  it('does not wait for a socket, which is a connection and no result', () => {
    const socket = new Socket();
    expect(runInSpan('connect', {}, () => socket)).toBe(socket);
    expect(telemetry.spanNames).toEqual(['connect']);
    socket.destroy();
  });

  it('does not collect listeners on a stream that is handed out again and again', () => {
    const shared = new PassThrough();
    for (let call = 0; call < 20; call += 1) runInSpan('getter', {}, () => shared);
    expect(shared.listenerCount('close')).toBe(1);
    expect(telemetry.spans).toHaveLength(19);
    shared.destroy();
  });
});
