import 'reflect-metadata';
import { decodeMetrics, decodeMetricsJson, type ExemplarData, type MetricData } from '@nest-telemetry/otlp';
import { Controller, Get, Module } from '@nestjs/common';
import { MeterService, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { describe, expect, it, vi } from 'vitest';
import { ADAPTERS, start, type Running } from '../module/shop.js';
import { receiveGrpc, receiveHttp, type Received } from '../otlp.receiver.js';

const SAMPLED = '0af7651916cd43dd8448eb211c80319c';
const UNSAMPLED = '1bf7651916cd43dd8448eb211c80319d';
/** As `AggregationType` of the SDK numbers it. */
const EXPONENTIAL = 5;

@Controller('orders')
class OrdersController {
  private readonly placed;
  private readonly weight;

  constructor(meters: MeterService) {
    this.placed = meters.counter('orders.placed');
    this.weight = meters.histogram('orders.weight');
  }

  @Get(':id')
  place(): object {
    this.placed.add(2);
    this.weight.record(7);
    return {};
  }
}

/** Asks once in a sampled trace, and then once in another that is not. */
async function asked(app: Running): Promise<void> {
  for (const [trace, flags] of [
    [SAMPLED, '01'],
    [UNSAMPLED, '00'],
  ] as const) {
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-${flags}` };
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the latter would replace the former
    await (await fetch(`${app.url}/orders/1`, { headers })).text();
  }
}

function shopOf(options: TelemetryOptions) {
  const views = [{ instrumentName: 'orders.weight', aggregation: { type: EXPONENTIAL } as never }];
  @Module({
    imports: [TelemetryModule.forRoot({ ...options, metrics: { ...options.metrics, views } })],
    controllers: [OrdersController],
  })
  class ShopModule {}
  return ShopModule;
}

const ids = (exemplars: readonly ExemplarData[] = []) => exemplars.map(({ traceId }) => traceId);

describe.each([
  ['http/protobuf', receiveHttp, ({ body }: Received) => decodeMetrics(body)],
  ['http/json', receiveHttp, ({ body }: Received) => decodeMetricsJson(body)],
  ['grpc', receiveGrpc, ({ body }: Received) => decodeMetrics(body)],
] as const)('Exemplars over OTLP %s', (protocol, receive, decode) => {
  it('are of sampled traces, with histograms of both kinds and with counters', async () => {
    await using receiver = await receive();
    await using app = await start(
      shopOf({ otlp: { endpoint: receiver.endpoint, protocol }, logs: { enabled: false } }),
    );
    await asked(app);
    await app.close();

    const [last] = receiver.received.filter(({ path }) => /metric/i.test(path)).slice(-1);
    const metrics = (last && decode(last).resourceMetrics)?.flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((scope) => scope.metrics),
    );
    const metric = (name: string): MetricData | undefined => metrics?.find((each) => each.name === name);
    const [duration] = metric('http.server.request.duration')?.histogram?.dataPoints ?? [];
    expect(duration).toMatchObject({ count: 2n });
    expect(ids(duration?.exemplars)).toEqual([SAMPLED]);
    expect(duration?.exemplars[0]?.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(duration?.exemplars[0]?.asDouble).toBeGreaterThan(0);
    const [placed] = metric('orders.placed')?.sum?.dataPoints ?? [];
    expect(placed).toMatchObject({ asDouble: 4, exemplars: [{ asDouble: 2 }] });
    expect(ids(placed?.exemplars)).toEqual([SAMPLED]);
    const [weight] = metric('orders.weight')?.exponentialHistogram?.dataPoints ?? [];
    expect(weight).toMatchObject({ count: 2n, exemplars: [{ asDouble: 7 }] });
    expect(ids(weight?.exemplars)).toEqual([SAMPLED]);
  });
});

describe.each(ADAPTERS)('Exemplars on the page on %s', (_name, adapter) => {
  it('are of sampled traces, on buckets and totals of OpenMetrics', async () => {
    await using app = await start(shopOf({ logs: { enabled: false } }), adapter());
    await asked(app);
    const page = async (accept: string) =>
      (await fetch(`${app.url}/metrics`, { headers: { accept } })).text();
    // The request is measured when the response is over, which the client may know first.
    await vi.waitFor(async () =>
      expect(await page('text/plain')).toMatch(/^http_server_request_duration_seconds_count\{.* 2$/m),
    );
    const open = await page('application/openmetrics-text;version=1.0.0');
    const label = `# \\{trace_id="${SAMPLED}",span_id="[0-9a-f]{16}"\\}`;
    expect(open).toMatch(new RegExp(`^orders_placed_total 4 ${label} 2 [0-9.]+$`, 'm'));
    expect(open).toMatch(new RegExp(`^orders_weight_bucket\\{le="8.0"\\} 2 ${label} 7 [0-9.]+$`, 'm'));
    expect(open).toMatch(
      new RegExp(`^http_server_request_duration_seconds_bucket\\{.*\\} \\d ${label} [0-9.e-]+ [0-9.]+$`, 'm'),
    );
    expect(open).not.toContain(UNSAMPLED);
    expect(await page('text/plain')).not.toContain('trace_id');
  });
});
