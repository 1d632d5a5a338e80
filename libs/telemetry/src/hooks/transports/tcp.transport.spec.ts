import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { recordTelemetry } from '../../testing/index.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NestClient, NestPacket } from './nest.peers.js';
import { tcpTransport } from './tcp.transport.js';

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

const own = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
});

function stamp(packet: NestPacket, host: string): NestPacket {
  tcpTransport.stamp?.(packet, own, { host } as unknown as NestClient);
  return packet;
}

it('sends context to hosts inside of the trust boundary only', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(stamp({ pattern: 'a', data: 1 }, 'localhost')).toEqual({
    pattern: 'a',
    data: 1,
    metadata: { traceparent },
  });
  expect(stamp({ pattern: 'a', data: 1 }, 'api.example.com')).toEqual({ pattern: 'a', data: 1 });
});

it('keeps what the application has put into the metadata, in an object of its own', () => {
  const metadata = { tenant: 'blue', baggage: 'a=b', traceparent: 'old' };
  const packet = stamp({ pattern: 'a', data: 1, metadata }, 'localhost');
  expect(packet.metadata).toMatchObject({ tenant: 'blue', baggage: 'a=b' });
  expect(packet.metadata?.['traceparent']).not.toBe('old');
  expect(metadata.traceparent).toBe('old');
});
