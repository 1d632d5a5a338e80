import { TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { ConsoleSpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, ItemModule, shopOf, start, type Running } from './shop.js';

let telemetry: TelemetryRecorder;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

const request = async (app: Running): Promise<void> => {
  telemetry.clear();
  expect((await fetch(`${app.url}/items/1`)).status).toBe(200);
  await waitForSpans(telemetry, 'GET');
};

describe('Two applications in one process', () => {
  const options = { serviceName: 'shop', traces: { ratio: 1 } };
  const [[, express], [, fastify]] = ADAPTERS as [(typeof ADAPTERS)[0], (typeof ADAPTERS)[0]];

  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ])('share the SDK; closing the %s leaves the %s working', async (closing) => {
    const first = await start(shopOf(TelemetryModule.forRoot(options), ItemModule), express());
    const second = await start(shopOf(TelemetryModule.forRoot({ ...options }), ItemModule), fastify());
    const [leaving, staying] = closing === 'first' ? [first, second] : [second, first];

    for (const app of [first, second]) {
      await request(app);
      expect(telemetry).toHaveSpan('GET /items/:id', { kind: 'server', count: 1 });
      expect(telemetry).toHaveSpan('GET', { kind: 'client', count: 1 });
      expect(telemetry).toHaveSpan('find-item', { parent: 'GET /items/:id', count: 1 });
      expect((await fetch(`${app.url}/metrics`)).status).toBe(200);
    }
    expect(telemetry.logs.filter(({ level }) => level === 'warn')).toEqual([]);

    await leaving.close();
    await request(staying);
    expect(telemetry).toHaveSpan('GET /items/:id', { kind: 'server', count: 1 });
    expect(telemetry).toHaveSpan('GET', { kind: 'client', count: 1 });
    const { traceId } = telemetry.span('find-item').spanContext();
    expect(telemetry).toHaveLogged('item 1 asked for', { traceId });
    const page = await (await fetch(`${staying.url}/metrics`)).text();
    expect(page).toContain('http_server_request_duration_seconds_count');

    await staying.close();
    telemetry.clear();
    await using again = await start(shopOf(TelemetryModule.forRoot({ serviceName: 'again' }), ItemModule));
    await request(again);
    expect(telemetry.span('find-item').resource.attributes['service.name']).toBe('again');
  });

  it('are told which options of the second one have no effect', async () => {
    await using _first = await start(shopOf(TelemetryModule.forRoot(options), ItemModule));
    const exporters = [new ConsoleSpanExporter()];
    const late = {
      ...options,
      serviceName: 'cart',
      traces: { ratio: 1, exporters },
      logs: { level: 'log' },
    } as const;
    await using second = await start(shopOf(TelemetryModule.forRoot(late), ItemModule));
    expect(telemetry).toHaveLogged(
      /NT_OPTIONS_TOO_LATE.*started by TelemetryModule; .*: serviceName, traces\.exporters\./,
      { level: 'warn' },
    );
    expect(telemetry).toHaveLogged(
      /^shop: .*; too late for the SDK, which TelemetryModule started: serviceName, traces\.exporters$/,
      { context: 'Telemetry' },
    );
    await request(second);
    expect(telemetry.span('find-item').resource.attributes['service.name']).toBe('shop');
  });
});
