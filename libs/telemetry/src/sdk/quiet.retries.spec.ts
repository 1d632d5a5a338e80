import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietCalls } from './quiet.calls.js';
import { quietRetries } from './quiet.retries.js';

/** Timers that were made and would keep a process alive. */
function heldTimers(): NodeJS.Timeout[] {
  const spy = vi.mocked(setTimeout);
  return spy.mock.results.map(({ value }) => value as NodeJS.Timeout).filter((timer) => timer.hasRef());
}

/** An address at which every connection is closed at once. */
async function closingServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

afterEach(() => vi.restoreAllMocks());

describe('A quiet exporter', () => {
  it('does not keep the process alive while it pauses before its next attempt', async () => {
    await using server = await closingServer();
    const exporter = quietRetries(new HttpExporter({ url: server.url }));
    let paused = (): void => undefined;
    const pause = new Promise<void>((resolve) => {
      paused = resolve;
    });
    const spy = vi.spyOn(globalThis, 'setTimeout');
    const { _transport } = (
      exporter as unknown as { _delegate: { _transport: { retry: (...all: unknown[]) => unknown } } }
    )._delegate;
    const { retry } = _transport;
    _transport.retry = (...all) => {
      spy.mockClear();
      const result = retry(...all);
      paused();
      return result;
    };
    exporter.export([], () => undefined);
    await pause;
    expect(spy).toHaveBeenCalledOnce();
    expect(heldTimers()).toEqual([]);
  });

  it('does not keep the process alive until the deadline of a call over gRPC', async () => {
    await using server = await closingServer();
    const exporter = quietCalls(new GrpcExporter({ url: server.url }));
    vi.spyOn(globalThis, 'setTimeout');
    const result = new Promise<number>((resolve) => {
      exporter.export([], ({ code }) => resolve(code));
    });
    const deadlines = heldTimers().filter(
      (timer) => (timer as unknown as { _idleTimeout: number })._idleTimeout > 1000,
    );
    expect(deadlines).toEqual([]);
    expect(await result).toBe(ExportResultCode.FAILED);
    await exporter.shutdown();
  });

  it('stays as it is where it is made differently', () => {
    for (const exporter of [{}, { _delegate: {} }, { _delegate: { _transport: {} } }]) {
      const before = structuredClone(exporter);
      quietRetries(exporter as unknown as OTLPExporterBase<never>);
      quietCalls(exporter as unknown as OTLPExporterBase<never>);
      expect(exporter).toEqual(before);
    }
  });
});
