import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { receiveGrpc, receiveHttp } from '../otlp.receiver.js';
import { Program } from '../program.js';

const PRELOADED = join(import.meta.dirname, '..', '..', 'fixtures', 'loaded.packages.mjs');
/** What takes long to load or much memory, and has no part in sending over HTTP or durably. */
const HEAVY = [
  '@grpc/grpc-js',
  '@opentelemetry/sdk-node',
  '@opentelemetry/configuration',
  '@opentelemetry/host-metrics',
  '@opentelemetry/otlp-grpc-exporter-base',
  'systeminformation',
  'typeorm',
  'yaml',
];

async function loaded(options: object): Promise<string[]> {
  await using program = new Program('shop.mjs', { node: ['--import', PRELOADED], settings: { options } });
  const port = await program.says('listening');
  await (await fetch(`http://127.0.0.1:${port}/items/1`)).text();
  await (await fetch(`http://127.0.0.1:${port}/stop`)).text();
  await program.ended;
  return JSON.parse(await program.says('loaded')) as string[];
}

describe('An application', () => {
  it.each([
    ['that sends durably', (endpoint: string) => ({ otlp: { endpoint } })],
    ['that sends over HTTP', (endpoint: string) => ({ otlp: { endpoint }, delivery: 'memory' })],
    ['that sends nothing', () => ({ traces: { exporters: [] } })],
  ])('%s loads nothing heavy that it does not use', async (_, optionsFor) => {
    await using collector = await receiveHttp();
    const names = await loaded(optionsFor(collector.endpoint));
    expect(names).toContain('@opentelemetry/api');
    expect(names.filter((name) => HEAVY.includes(name))).toEqual([]);
  });

  it('that sends over gRPC loads it', async () => {
    await using collector = await receiveGrpc();
    const otlp = { endpoint: collector.endpoint, protocol: 'grpc' };
    expect(await loaded({ otlp, delivery: 'memory' })).toContain('@grpc/grpc-js');
    expect(collector.spans().map(({ name }) => name)).toContain('GET /items/:id');
  });
});
