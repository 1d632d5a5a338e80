import type { INestApplication } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ResolverDecoratorHost } from '@nestjs/graphql';
import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TracesOptions } from 'nest-telemetry';
import { exceptionsOf } from '../http/span-details.js';
import { LibraryModule, seen, type SchemaSource } from './library.module.js';
import { subscribeOverWebSocket } from './subscriber.js';

/** An adapter under test. */
export interface Platform {
  readonly name: string;
  createAdapter(): AbstractHttpAdapter;
}

interface Answer {
  readonly data?: Record<string, unknown>;
  readonly errors?: readonly { readonly message: string }[];
}

const TRACE_ID = '12345678901234567890123456789012';
const SPAN_ID = '1234567890123456';

/** What GraphQL has to deliver wherever its schema comes from and whoever serves HTTP. */
export function describeGraphql(platform: Platform, source: SchemaSource): void {
  describe(`GraphQL on ${platform.name}, ${source}`, () => {
    let telemetry: TelemetryRecorder;
    let app: INestApplication;
    let origin: string;

    const start = async (traces: TracesOptions = {}, enabled = true): Promise<void> => {
      const module = LibraryModule.with(source, {
        traces: { http: { client: false }, ...traces },
        enabled,
      });
      app = await NestFactory.create(module, platform.createAdapter(), { logger: ['warn'] });
      await app.listen(0, '127.0.0.1');
      origin = `127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    };
    const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`http://${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    const ask = async (
      query: string,
      variables: Record<string, unknown> = {},
      headers: Record<string, string> = {},
    ): Promise<Answer> => {
      const response = await post(JSON.stringify({ query, variables }), headers);
      return (await response.json()) as Answer;
    };
    /** The spans of that name, once there are that many. */
    const named = async (name: string, count = 1): Promise<ReadableSpan[]> => {
      const found = (): ReadableSpan[] => telemetry.spans.filter((span) => span.name === name);
      await waitForSpans(telemetry, () => found().length >= count, 8000);
      return found();
    };
    /** The span of the only operation, when the request around it has ended. */
    const operation = async (): Promise<ReadableSpan> => {
      const [server] = await named('POST /graphql');
      const found = telemetry.spans.filter(
        ({ parentSpanContext }) => parentSpanContext?.spanId === server?.spanContext().spanId,
      );
      const [span] = found.filter(({ kind }) => kind === SpanKind.SERVER);
      if (span === undefined)
        throw new Error(`no operation among ${telemetry.spans.map(({ name }) => name).join()}`);
      return span;
    };

    beforeAll(() => {
      telemetry = recordTelemetry();
    });
    afterAll(() => telemetry.stop());
    afterEach(() => {
      telemetry.clear();
      seen.length = 0;
    });

    describe('with default options', () => {
      beforeAll(() => start());
      afterAll(() => app.close());
      afterEach(() => expect(telemetry.openSpans).toEqual([]));

      it('makes one span per operation, inside the span of the request', async () => {
        const answer = await ask('query GetBook($id: Int!) { book(id: $id) { id author { name } } }', {
          id: 7,
        });
        expect(answer).toEqual({ data: { book: { id: 7, author: { name: 'author 7' } } } });
        const span = await operation();
        expect(telemetry).toHaveSpan('query GetBook', {
          count: 1,
          kind: SpanKind.SERVER,
          status: 'unset',
          parent: 'POST /graphql',
          attributes: {
            'graphql.operation.type': 'query',
            'graphql.operation.name': 'GetBook',
            'graphql.document': 'query GetBook($id: Int!) { book(id: $id) { id author { name } } }',
            'error.type': undefined,
          },
        });
        expect(telemetry).toHaveSpan('load book', { parent: span });
        expect(telemetry).toHaveSpan('load author', { parent: span });
        expect(telemetry.spans).toHaveLength(4);
      });

      it('names the request by its path', async () => {
        await ask('{ tenant }');
        expect((await operation()).name).toBe('query');
        expect(telemetry).toHaveSpan('POST /graphql', {
          kind: SpanKind.SERVER,
          parent: null,
          attributes: { 'http.route': '/graphql', 'http.response.status_code': 200 },
        });
        const { points } = await telemetry.metric('http.server.request.duration');
        expect(points).toContainEqual(
          expect.objectContaining({
            attributes: expect.objectContaining({ 'http.route': '/graphql' }) as unknown,
          }),
        );
      });

      it('measures operations by type and error, sampled or not, and not by names clients make up', async () => {
        const unsampled = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` };
        await ask('query MadeUp { tenant }');
        await ask('query MadeUpToo { tenant }', {}, unsampled);
        await ask('{ nonsense }');
        await vi.waitFor(async () => {
          const points = await telemetry.points('nestjs.graphql.operation.duration');
          expect(points).toHaveLength(2);
          expect(points).toContainEqual(
            expect.objectContaining({ attributes: { 'graphql.operation.type': 'query' }, count: 2 }),
          );
          expect(points).toContainEqual(
            expect.objectContaining({
              attributes: {
                'graphql.operation.type': 'query',
                'error.type': 'GRAPHQL_VALIDATION_FAILED',
              },
              count: 1,
            }),
          );
        });
        await named('POST /graphql', 2);
      });

      it('is active in guards, interceptors, resolvers, field resolvers and request-scoped resolvers', async () => {
        await ask('{ book(id: 1) { shelf } visit }');
        const { spanId } = (await operation()).spanContext();
        expect(seen.map(({ where }) => where).toSorted()).toEqual([
          'guard',
          'interceptor',
          'request-scoped',
          'resolver',
          'shelf',
        ]);
        expect(new Set(seen.map((each) => each.spanId))).toEqual(new Set([spanId]));
      });

      it('knows mutations, and the operation that was asked for among several', async () => {
        await ask('mutation Add { addBook(title: "Emma") }');
        expect((await operation()).name).toBe('mutation Add');
        telemetry.clear();
        const query = 'query A { tenant } query B { visit }';
        await (await post(JSON.stringify({ query, operationName: 'B' }))).json();
        expect((await operation()).name).toBe('query B');
      });

      it('removes literals and comments from the document, and never records variables', async () => {
        await ask(
          '# my-secret\nmutation { addBook(title: "my-secret") a: addBook(title: """my "secret""") }',
        );
        expect((await operation()).attributes['graphql.document']).toBe(
          'mutation { addBook(title: ?) a: addBook(title: ?) }',
        );
        expect(
          JSON.stringify(telemetry.spans.map(({ attributes, events }) => [attributes, events])),
        ).not.toContain('secret');
      });

      it('is an error span with the exception when a resolver fails, though the answer says 200', async () => {
        const answer = await ask('query Broken { fails(how: "hard") }');
        expect(answer.errors?.[0]?.message).toBe('the shelf broke');
        await operation();
        expect(telemetry).toHaveSpan('query Broken', {
          status: 'error',
          statusMessage: 'the shelf broke',
          attributes: { 'error.type': 'TypeError' },
          events: [
            { name: 'exception', attributes: { 'exception.stacktrace': expect.stringContaining('fails') } },
          ],
        });
        expect(telemetry).toHaveSpan('POST /graphql', {
          status: 'unset',
          attributes: { 'http.response.status_code': 200 },
        });
      });

      it.each([
        ['an HttpException below 500', '{ fails(how: "invalid") }', 'BadRequestException'],
        ['a user input error', '{ fails(how: "input") }', 'BAD_USER_INPUT'],
        ['a guard that refuses', '{ secret }', 'ForbiddenException'],
      ])('is no error span for %s', async (_what, query, type) => {
        expect((await ask(query)).errors).toHaveLength(1);
        const span = await operation();
        expect(span.attributes['error.type']).toBe(type);
        expect(exceptionsOf(span)).toHaveLength(1);
        expect(telemetry).toHaveSpan('query', { status: 'unset' });
      });

      it('shows the unexpected error when there are others beside it', async () => {
        await ask('{ a: fails(how: "hard") b: fails(how: "invalid") }');
        await operation();
        expect(telemetry).toHaveSpan('query', { status: 'error', attributes: { 'error.type': 'TypeError' } });
      });

      it.each([
        ['does not parse', 'query Hostile-my-secret {{{', 'GRAPHQL_PARSE_FAILED', false],
        [
          'does not fit the schema',
          'query Hostile { nothing(a: "my-secret") }',
          'GRAPHQL_VALIDATION_FAILED',
          true,
        ],
      ])('shows a document that %s, without its name', async (_what, query, type, documented) => {
        expect((await ask(query)).data).toBeUndefined();
        const span = await operation();
        expect(span.name).toBe('query');
        expect(span.attributes['error.type']).toBe(type);
        expect('graphql.document' in span.attributes).toBe(documented);
        expect(span.events).toHaveLength(1);
        expect(JSON.stringify([span.attributes, span.events])).not.toContain('my-secret');
      });

      it('does not repeat values of variables that do not fit', async () => {
        await ask('query Q($id: Int!) { book(id: $id) { id } }', { id: 'my-secret' });
        const span = await operation();
        expect(span.attributes['error.type']).toBe('BAD_USER_INPUT');
        expect(span.events[0]?.attributes?.['exception.message']).toMatch(/^Variable "\$id" .*\?$/);
        expect(JSON.stringify(span.events)).not.toContain('my-secret');
      });

      it.each([
        ['an empty body', '{}'],
        ['no JSON', '{"query":'],
        ['a query that is no text', '{"query":{"a":1}}'],
        ['an empty batch', '[]'],
        ['a name that is no text', '{"query":"{ tenant }","operationName":7}'],
      ])('survives %s', async (_what, body) => {
        const response = await post(body);
        await response.text();
        expect(response.status).toBe(400);
        expect((await ask('{ tenant }')).data).toEqual({ tenant: 'none' });
      });

      it('keeps the operations of a batch apart', async () => {
        const queries = [1, 2, 3].map((id) => ({ query: `query Batch${id} { book(id: ${id}) { id } }` }));
        await (await post(JSON.stringify(queries))).text();
        await named('POST /graphql');
        for (const id of [1, 2, 3]) {
          expect(telemetry).toHaveSpan(`query Batch${id}`, { count: 1, parent: 'POST /graphql' });
          expect(telemetry).toHaveSpan('load book', {
            count: 1,
            parent: `query Batch${id}`,
            attributes: { 'book.id': id },
          });
        }
      });

      it('reads a hostile document in linear time and keeps little of it', async () => {
        const query = `{ ${'"\\"'.repeat(5000)}${'{("""'.repeat(5000)} }`;
        expect((await ask(query)).errors).toHaveLength(1);
        const { attributes, name } = await operation();
        expect(name).toBe('query');
        expect(attributes).not.toHaveProperty('graphql.document');
      });

      it('continues the trace of the caller and passes its baggage on', async () => {
        const answer = await ask(
          '{ tenant }',
          {},
          { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, baggage: 'tenant=acme' },
        );
        expect(answer.data).toEqual({ tenant: 'acme' });
        expect((await operation()).spanContext().traceId).toBe(TRACE_ID);
      });

      it('never mixes a hundred operations at the same time', async () => {
        await Promise.all(
          Array.from({ length: 100 }, (_, id) =>
            ask(
              `query Book${id % 10} { book(id: ${id}) { id author { name } } }`,
              {},
              {
                traceparent: `00-${String(id).padStart(32, 'a')}-${SPAN_ID}-01`,
              },
            ),
          ),
        );
        await named('POST /graphql', 100);
        for (let id = 0; id < 100; id += 1) {
          const trace = telemetry.spans.filter(
            (span) => span.spanContext().traceId === String(id).padStart(32, 'a'),
          );
          expect(trace.map(({ name }) => name).toSorted()).toEqual([
            'POST /graphql',
            'load author',
            'load book',
            `query Book${id % 10}`,
          ]);
          expect(trace.find(({ name }) => name === 'load book')?.attributes['book.id']).toBe(id);
        }
      });

      it('sees a subscription: its set-up, and each event in a trace of its own', async () => {
        const events = await subscribeOverWebSocket(
          `ws://${origin}/graphql`,
          'subscription OnBook { bookAdded { id author { name } } }',
          { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` },
        );
        expect(events).toHaveLength(2);
        const spans = await named('subscription OnBook', 3);
        const setUp = spans.find(({ kind }) => kind === SpanKind.SERVER);
        if (setUp === undefined) throw new Error('no set-up');
        expect(setUp.links.map((link) => link.context.traceId)).toEqual([TRACE_ID]);
        const handled = spans.filter(({ kind }) => kind === SpanKind.CONSUMER);
        expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(3);
        for (const span of handled) {
          expect(span.links).toContainEqual(expect.objectContaining({ context: setUp.spanContext() }));
          expect(telemetry).toHaveSpan('load author', { parent: span, count: 1 });
        }
      });

      it('shows a subscription that cannot be set up, and an event that fails', async () => {
        await subscribeOverWebSocket(`ws://${origin}/graphql`, 'subscription A { bookBurnt { id } }');
        await subscribeOverWebSocket(
          `ws://${origin}/graphql`,
          'subscription B { bookLost { author { name } } }',
        );
        await named('subscription B', 2);
        expect(telemetry).toHaveSpan('subscription A', {
          count: 1,
          status: 'error',
          statusMessage: 'no fire',
        });
        expect(telemetry).toHaveSpan('subscription B', { kind: SpanKind.SERVER, status: 'unset', links: [] });
        expect(telemetry).toHaveSpan('subscription B', {
          kind: SpanKind.CONSUMER,
          status: 'error',
          attributes: { 'error.type': 'RangeError' },
        });
      });

      it('ends an operation that went wrong inside the server with its request', async () => {
        const response = await post(JSON.stringify({ query: 'query Crash { tenant }' }));
        expect(response.status).toBe(500);
        await response.text();
        expect((await operation()).name).toBe('query Crash');
      });

      it('shares the hooks of @nestjs/graphql with who sets them as well', async () => {
        const host = app.get(ResolverDecoratorHost, { strict: false });
        const told: unknown[] = [];
        host.setOnRequestStartHook(({ query }) => query);
        host.setOnRequestEndHook(({ state, errors }) => told.push([state, errors]));
        await ask('query Shared { tenant }');
        await operation();
        expect(told).toEqual([['query Shared { tenant }', undefined]]);
        expect(telemetry).toHaveSpan('query Shared', { count: 1 });
      });
    });

    describe('with spans of resolvers', () => {
      beforeAll(() => start({ graphql: { resolvers: true, document: false } }));
      afterAll(() => app.close());

      it('makes a span per root field and field resolver, below the operation', async () => {
        await ask('query Shelves { book(id: 1) { shelf author { name } } }');
        const span = await operation();
        expect(telemetry).toHaveSpan('Query.book', {
          parent: span,
          count: 1,
          attributes: { 'code.function.name': 'BookResolver.book', 'graphql.field.path': 'book' },
        });
        expect(telemetry).toHaveSpan('Book.author', {
          parent: span,
          count: 1,
          attributes: { 'graphql.field.path': 'book.author' },
        });
        expect(telemetry).toHaveSpan('Book.shelf', { parent: span, count: 1 });
        expect(telemetry).toHaveSpan('load book', { parent: 'Query.book' });
        expect(telemetry).toHaveSpan('load author', { parent: 'Book.author' });
        expect(span.attributes).not.toHaveProperty('graphql.document');
      });

      it('does not make a thousand spans of a thousand items', async () => {
        const answer = await ask('{ books(count: 1000) { author { name } } }');
        expect(answer.data?.['books']).toHaveLength(1000);
        const span = await operation();
        expect(telemetry.spans.filter(({ name }) => name === 'Book.author')).toHaveLength(10);
        expect(span.attributes['graphql.resolvers.untraced']).toBe(990);
      });

      it('marks the resolver that failed', async () => {
        await ask('{ a: fails(how: "hard") b: fails(how: "invalid") }');
        await operation();
        expect(telemetry).toHaveSpan('Query.fails', {
          status: 'error',
          attributes: { 'graphql.field.path': 'a' },
        });
        expect(telemetry).toHaveSpan('Query.fails', {
          status: 'unset',
          attributes: { 'graphql.field.path': 'b' },
        });
      });
    });

    it('asks traces.graphql.isError, and goes by the default when that throws', async () => {
      await start({
        graphql: {
          isError: (error) => {
            if (error instanceof TypeError) throw new Error('careless');
            return true;
          },
        },
      });
      await ask('{ fails(how: "invalid") }');
      await operation();
      expect(telemetry).toHaveSpan('query', { status: 'error' });
      telemetry.clear();
      await ask('{ fails(how: "hard") }');
      await operation();
      expect(telemetry).toHaveSpan('query', { status: 'error' });
      await app.close();
    });

    it('keeps span names few when clients make names up', async () => {
      await start();
      for (let at = 0; at < 260; at += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, n) => ask(`query Made${at + n} { tenant }`)));
      }
      await named('POST /graphql', 260);
      const names = new Set(
        telemetry.spans.map(({ name }) => name).filter((name) => name.startsWith('query')),
      );
      expect(names.size).toBeLessThanOrEqual(201);
      expect(names).toContain('query');
      expect(
        telemetry.spans.filter(({ attributes }) =>
          String(attributes['graphql.operation.name']).startsWith('Made'),
        ),
      ).toHaveLength(260);
      await app.close();
    });

    it('makes nothing when telemetry is off', async () => {
      await start({}, false);
      expect((await ask('{ tenant }')).data).toEqual({ tenant: 'none' });
      expect(telemetry.spans).toEqual([]);
      await app.close();
    });

    it('makes no span twice when two applications run, and goes on when one has stopped', async () => {
      await start();
      const [first, firstOrigin] = [app, origin];
      await start();
      await first.close();
      await ask('query Second { tenant }');
      await operation();
      expect(telemetry).toHaveSpan('query Second', { count: 1 });
      expect(firstOrigin).not.toBe(origin);
      await app.close();
    });
  });
}
