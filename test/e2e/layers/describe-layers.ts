import type { INestApplication } from '@nestjs/common';
import { APP_GUARD, NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { SamplingDecision, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { TelemetryModule, type TracesOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { AsyncGuard, CountingGuard, LayeredModule, TrimPipe } from './layered.module.js';

/** An adapter under test. */
export interface Platform {
  readonly name: string;
  createAdapter(): AbstractHttpAdapter;
}

/** The layers on a span, in the order in which they were through. */
function layersOf(span: ReadableSpan): Attributes[] {
  return span.events
    .filter(({ name }) => name.startsWith('nestjs.'))
    .map(({ name, attributes }) => ({ event: name, ...attributes }));
}

/** `guard CountingGuard allowed` and so on. */
export function shortLayersOf(span: ReadableSpan): string[] {
  return layersOf(span).map(
    (layer) =>
      `${String(layer['event']).replace('nestjs.', '')} ${String(layer['nestjs.layer.name'])} ${String(layer['nestjs.layer.outcome'])}`,
  );
}

/** What every HTTP adapter has to show of the layers around a handler. */
export function describeLayers(platform: Platform): void {
  describe(`Layers on ${platform.name}`, () => {
    let telemetry: TelemetryRecorder;
    let app: INestApplication;

    const start = async (
      traces: TracesOptions,
      {
        isGlobal = false,
        configure,
      }: { isGlobal?: boolean; configure?: (app: INestApplication) => void } = {},
    ): Promise<void> => {
      telemetry = recordTelemetry();
      const options = { serviceName: 'layers', traces: { http: { client: false }, ...traces } };
      app = await NestFactory.create(
        {
          module: LayeredModule,
          imports: [TelemetryModule.forRoot(options)],
          providers: isGlobal ? [{ provide: APP_GUARD, useClass: CountingGuard }] : [],
        },
        platform.createAdapter(),
        { logger: false },
      );
      configure?.(app);
      await app.listen(0, '127.0.0.1');
    };
    const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${await app.getUrl()}${path}`, init);
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
    };
    const serverSpan = async (): Promise<ReadableSpan> => {
      const isServer = ({ kind }: ReadableSpan): boolean => kind === SpanKind.SERVER;
      const spans = await waitForSpans(telemetry, (each) => each.some(isServer));
      const [span, ...more] = spans.filter(isServer);
      if (span === undefined || more.length > 0) throw new Error('exactly one server span was expected');
      return span;
    };
    afterEach(async () => {
      await app.close();
      await telemetry.stop();
    });

    describe('as events', () => {
      const layers = async (path: string, init?: RequestInit): Promise<string[]> => {
        await ask(path, init);
        return shortLayersOf(await serverSpan());
      };

      it('says nothing where there are none', async () => {
        await start({});
        expect((await ask('/plain/7')).body).toBe('7');
        expect((await serverSpan()).events).toEqual([]);
      });

      it.each(['/guards/one', '/guards/two'])(
        'tells of a guard on every method once, for %s',
        async (path) => {
          await start({});
          expect(await layers(path)).toEqual(['guard CountingGuard allowed']);
        },
      );

      it('tells of every run where a guard is bound globally, to the class and to the method', async () => {
        await start({}, { isGlobal: true });
        expect(await layers('/guards/again')).toEqual([
          'guard CountingGuard allowed',
          'guard CountingGuard allowed',
          'guard CountingGuard allowed',
          'guard AsyncGuard allowed',
          'guard StreamGuard allowed',
        ]);
      });

      it('tells of guards that refuse or throw, and of request-scoped ones', async () => {
        await start({});
        expect((await ask('/guards/refused')).status).toBe(403);
        expect(shortLayersOf(await serverSpan())).toEqual([
          'guard CountingGuard allowed',
          'guard RefusingGuard denied',
        ]);
        telemetry.clear();
        expect((await ask('/guards/throwing')).status).toBe(500);
        expect(shortLayersOf(await serverSpan())).toContain('guard ThrowingGuard threw');
        telemetry.clear();
        expect((await ask('/guards/scoped')).status).toBe(200);
        expect(shortLayersOf(await serverSpan())).toContain('guard ScopedGuard allowed');
      });

      it('tells of enhancers that the application made itself', async () => {
        const guard = new CountingGuard();
        await start(
          {},
          {
            configure: (each) => each.useGlobalGuards(guard, new AsyncGuard()).useGlobalPipes(new TrimPipe()),
          },
        );
        expect(await layers('/plain/7')).toEqual([
          'guard CountingGuard allowed',
          'guard AsyncGuard allowed',
          'pipe TrimPipe passed',
        ]);
        expect(guard.runs).toBe(1);
      });

      it('tells which argument a pipe was given', async () => {
        await start({});
        expect((await ask('/pipes/7/%20ada%20')).body).toEqual({ id: 7, name: 'ada' });
        const told = layersOf(await serverSpan()).map(
          (layer) => `${String(layer['nestjs.layer.name'])} of ${String(layer['nestjs.pipe.argument'])}`,
        );
        // The arguments are transformed side by side.
        expect(told.toSorted()).toEqual([
          'ParseIntPipe of param id',
          'TrimPipe of param id',
          'TrimPipe of param name',
        ]);
      });

      it('tells of a pipe that refuses', async () => {
        await start({});
        expect(await layers('/pipes/many/ada')).toContain('pipe ParseIntPipe threw');
        telemetry.clear();
        expect(await layers('/pipes', { method: 'POST' })).toEqual(['pipe NamePipe threw']);
      });

      it('tells the own time of an interceptor, before the handler and after it', async () => {
        await start({});
        expect((await ask('/interceptors/slow')).body).toBe('slow');
        const [layer] = layersOf(await serverSpan());
        expect(layer).toMatchObject({ event: 'nestjs.interceptor', 'nestjs.layer.outcome': 'passed' });
        const seconds = (name: string): number => Number(layer?.[name]);
        const [before, after] = [seconds('nestjs.interceptor.before'), seconds('nestjs.interceptor.after')];
        // It sleeps 20 ms before and 40 ms after a handler of 60 ms; timers may be a little early.
        expect(before).toBeGreaterThan(0.018);
        expect(after).toBeGreaterThan(0.038);
        expect(seconds('nestjs.layer.duration')).toBeCloseTo(before + after, 6);
        const [started, ended] = [(await serverSpan()).startTime, (await serverSpan()).endTime];
        const whole = ended[0] - started[0] + (ended[1] - started[1]) / 1e9;
        expect(seconds('nestjs.layer.duration')).toBeLessThan(whole - 0.058);
      });

      it('tells of interceptors from the inside out, and keeps what they do', async () => {
        await start({});
        expect((await ask('/interceptors/mapped')).body).toEqual({ value: 'mapped' });
        const told = layersOf(await serverSpan());
        expect(told.map((layer) => layer['nestjs.layer.name'])).toEqual([
          'SlowInterceptor',
          'MappingInterceptor',
        ]);
        // The 60 ms of the inner one are none of the outer one's: together they are no longer than the request.
        const [inner = 0, outer = 0] = told.map((layer) => Number(layer['nestjs.layer.duration']));
        const { duration } = await serverSpan();
        expect(inner).toBeGreaterThan(0.058);
        expect(inner + outer).toBeLessThan(duration[0] + duration[1] / 1e9 + 0.001);
      });

      it.each([
        ['/interceptors/cached', 'CachingInterceptor answered', 'cached'],
        ['/interceptors/rescued', 'RescuingInterceptor recovered', 'rescued'],
        ['/interceptors/spoiled', 'SpoilingInterceptor threw', expect.anything()],
        ['/interceptors/failing', 'MappingInterceptor passed', expect.anything()],
      ])('tells what an interceptor made of %s: %s', async (path, expected, body) => {
        await start({});
        expect((await ask(path)).body).toEqual(body);
        expect(shortLayersOf(await serverSpan())).toEqual([`interceptor ${expected}`]);
      });

      it('tells of the filter that handled an exception, and of no other', async () => {
        await start({});
        expect(await ask('/filters/teapot')).toEqual({ status: 418, body: { caught: 'tea' } });
        expect(shortLayersOf(await serverSpan())).toEqual(['filter TeapotFilter handled']);
        telemetry.clear();
        expect(await ask('/filters/later')).toEqual({ status: 400, body: { later: 'wait' } });
        expect(shortLayersOf(await serverSpan())).toEqual(['filter LaterFilter handled']);
        telemetry.clear();
        expect(await layers('/filters/unfiltered')).toEqual([]);
      });

      it('builds nothing for a request that is not recorded', async () => {
        const never = {
          shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }),
          toString: () => 'never',
        };
        await start({ sampler: never });
        expect((await ask('/guards/again')).body).toBe('again');
        expect((await ask('/interceptors/mapped')).body).toEqual({ value: 'mapped' });
        expect(telemetry.spans).toEqual([]);
      });
    });

    describe('as spans', () => {
      const tree = async (path: string): Promise<readonly ReadableSpan[]> => {
        await ask(path);
        await serverSpan();
        expect(telemetry.openSpans).toEqual([]);
        return telemetry.spans;
      };
      const names = (spans: readonly ReadableSpan[]): string[] => spans.map(({ name }) => name);

      it('makes a child span of each run', async () => {
        await start({ layers: { detail: 'spans' } });
        const spans = await tree('/guards/again');
        expect(names(spans)).toEqual([
          'CountingGuard.canActivate',
          'CountingGuard.canActivate',
          'AsyncGuard.canActivate',
          'StreamGuard.canActivate',
          'GET /guards/again',
        ]);
        const server = spans.at(-1);
        for (const span of spans.slice(0, -1)) {
          expect(span.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
          expect(span.attributes).toMatchObject({
            'nestjs.layer.type': 'guard',
            'nestjs.layer.outcome': 'allowed',
          });
        }
        expect(server?.events).toEqual([]);
      });

      it('puts what runs inside an interceptor into its span', async () => {
        await start({ layers: { detail: 'spans' } });
        const [inner, outer, server] = await tree('/interceptors/mapped');
        expect([inner?.name, outer?.name, server?.name]).toEqual([
          'SlowInterceptor.intercept',
          'MappingInterceptor.intercept',
          'GET /interceptors/mapped',
        ]);
        expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
        expect(inner?.attributes['nestjs.interceptor.before']).toBeGreaterThan(0.018);
      });

      it('is an error of a layer only where it is one of the server', async () => {
        await start({ layers: { detail: 'spans' } });
        const [refusing] = (await tree('/pipes/many/ada')).filter(
          ({ name }) => name === 'ParseIntPipe.transform',
        );
        expect(refusing?.status.code).toBe(SpanStatusCode.UNSET);
        expect(refusing?.attributes).toMatchObject({
          'nestjs.layer.outcome': 'threw',
          'error.type': 'BadRequestException',
        });
        telemetry.clear();
        const [throwing] = (await tree('/guards/throwing')).filter(
          ({ name }) => name === 'ThrowingGuard.canActivate',
        );
        expect(throwing?.status.code).toBe(SpanStatusCode.ERROR);
        telemetry.clear();
        expect(names(await tree('/filters/teapot'))).toContain('TeapotFilter.catch');
      });
    });

    it('are left alone when they are switched off', async () => {
      await start({ layers: { detail: 'off' } });
      expect((await ask('/guards/again')).body).toBe('again');
      expect((await serverSpan()).events).toEqual([]);
      expect(telemetry.spans).toHaveLength(1);
    });
  });
}
