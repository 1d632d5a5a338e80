import { TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ItemModule, shopOf, start } from '../module/shop.js';

describe('Headers', () => {
  let telemetry: TelemetryRecorder;
  afterEach(() => telemetry.stop());

  const HEADERS = {
    authorization: 'Bearer abc.def-123',
    cookie: 'sid=42',
    'x-note': 'card 4111 1111 1111 1111',
    'x-tenant': 'acme',
  };

  async function attributesOf(names: readonly string[]): Promise<Record<string, unknown>> {
    telemetry = recordTelemetry();
    const module = TelemetryModule.forRoot({ traces: { http: { captureRequestHeaders: names } } });
    const app = await start(shopOf(module, ItemModule));
    await (await fetch(`${app.url}/items/1?token=abc#x`, { headers: HEADERS })).text();
    await waitForSpans(telemetry, 'GET /items/:id');
    await app.close();
    const span = telemetry.spans.find(({ name }) => name === 'GET /items/:id');
    return span?.attributes ?? {};
  }

  it('are not recorded unless they are allowed', async () => {
    const attributes = await attributesOf([]);
    expect(Object.keys(attributes).filter((name) => name.startsWith('http.request.header'))).toEqual([]);
    expect(attributes['url.query']).toBe('token=REDACTED');
  });

  it('are looked through although they are allowed', async () => {
    const attributes = await attributesOf(Object.keys(HEADERS));
    expect(attributes).toMatchObject({
      'http.request.header.authorization': ['[redacted:authorization]'],
      'http.request.header.cookie': ['[redacted:cookie]'],
      'http.request.header.x-note': ['card [redacted:card]'],
      'http.request.header.x-tenant': ['acme'],
    });
  });
});
