import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TelemetryLogger, TelemetryModule } from 'nest-telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, ItemModule, shopOf, start } from '../module/shop.js';

afterEach(() => vi.restoreAllMocks());

describe.each(ADAPTERS)("Lines of Nest's Logger on %s", (_platform, adapter) => {
  it('are JSON with the ids of the span they belong to, and without any outside of requests', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const module = TelemetryModule.forRoot({ serviceName: 'shop', logs: { format: 'json' } });
    const app = await start(shopOf(module, ItemModule), adapter());
    const response = await fetch(`${app.url}/items/1`);
    new Logger('Main').warn('outside');
    await app.close();
    new Logger('Main').log('afterwards');
    const text = written.mock.calls.map(([chunk]) => String(chunk)).join('');
    written.mockRestore();

    const lines = text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ context }) => context === 'Items')).toMatchObject({
      level: 'info',
      message: 'item 1 asked for',
      'service.name': 'shop',
      trace_id: response.headers.get('x-trace-id'),
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      trace_flags: '01',
    });
    const outside = lines.find(({ message }) => message === 'outside');
    expect(outside).toMatchObject({ level: 'warn', context: 'Main' });
    expect(outside).not.toHaveProperty('trace_id');
    // Nest's own lines go the same way from the moment the module runs, and back when the application is closed.
    expect(lines.map(({ context }) => context)).toContain('RouterExplorer');
    expect(lines.map(({ message }) => message)).not.toContain('afterwards');
    expect(text).toMatch(/\[Nest\].*afterwards/s);
  });

  it.each([
    ['without a call of useLogger()', false],
    ['with one', true],
  ])('that were buffered during the start are all written in its form, %s', async (_name, calls) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const module = TelemetryModule.forRoot({ serviceName: 'shop', logs: { format: 'json' } });
    const app = await NestFactory.create(shopOf(module, ItemModule), adapter(), { bufferLogs: true });
    if (calls) app.useLogger(app.get(TelemetryLogger));
    await app.listen(0, '127.0.0.1');
    await app.close();
    const lines = written.mock.calls.map(([chunk]) => String(chunk));
    written.mockRestore();
    expect(lines.every((line) => line.startsWith('{'))).toBe(true);
    const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages[0]).toBe('Starting Nest application...');
    expect(messages.at(-1)).toBe('Nest application successfully started');
    expect(messages.filter((message) => message === 'ItemModule dependencies initialized')).toHaveLength(1);
  });
});
