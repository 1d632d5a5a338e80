import { describe, expect, it } from 'vitest';
import type { TreeSpan } from '../../../tools/start/trace.model.ts';
import { receiveHttp, type Receiver } from '../otlp.receiver.js';
import { Program, type ProgramOptions } from '../program.js';
import { ApplicationFolder } from './application.folder.js';
import { hasPostgres } from './postgres.js';

/** PostgreSQL is optional for a developer, not for CI. */
const skipped = !hasPostgres && process.env['REQUIRE_SERVICES'] !== '1';

interface Run {
  readonly spans: TreeSpan[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a fixture with `register` to its end, which has to be a good one. */
async function run(fixture: string, { env, ...more }: ProgramOptions = {}): Promise<Run> {
  await using receiver = await receiveHttp();
  await using program = new Program(fixture, {
    node: ['--import', 'nest-telemetry/register'],
    env: { ...exporting(receiver), ...env },
    ...more,
  });
  const { code } = await program.ended;
  if (code !== 0) throw new Error(`${fixture} ended with ${code}:\n${program.stdout}${program.stderr}`);
  return { spans: receiver.jsonSpans(), stdout: program.stdout, stderr: program.stderr };
}

function exporting({ endpoint }: Receiver): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_SERVICE_NAME: 'by-variable',
  };
}

const named = (spans: readonly TreeSpan[], name: string | RegExp): TreeSpan[] =>
  spans.filter((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)));

describe.concurrent('nest-telemetry/register', () => {
  describe.skipIf(skipped)('with PostgreSQL on 127.0.0.1:5432', () => {
    it.each(['statements.mjs', 'statements.cjs'])(
      'traces pg in a program without Nest, started from the environment: %s',
      async (fixture) => {
        const { spans, stderr } = await run(fixture);
        const [query, ...more] = named(spans, /^pg\.query/);
        expect(more).toEqual([]);
        expect(query).toMatchObject({
          kind: 'client',
          service: 'by-variable',
          attributes: { 'db.query.text': 'SELECT ? AS one' },
        });
        // No deprecation, no warning of any kind.
        expect(stderr).toBe('');
      },
    );

    it('leaves out what OTEL_NODE_DISABLED_INSTRUMENTATIONS names', async () => {
      const { spans } = await run('statements.mjs', { env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg' } });
      expect(spans).toEqual([]);
    });

    it('does nothing when telemetry is disabled', async () => {
      const { spans, stderr } = await run('statements.mjs', { env: { OTEL_SDK_DISABLED: 'true' } });
      expect(spans).toEqual([]);
      expect(stderr).toBe('');
    });

    it('shares one SDK with the module, whose options win', async () => {
      const { spans, stdout, stderr } = await run('registered.mjs', {
        settings: { options: { serviceName: 'by-option' } },
      });
      expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['by-option']));
      const [server, ...moreServers] = named(spans, 'GET /orders/:id');
      const [query, ...moreQueries] = named(spans, /^pg\.query/);
      expect([moreServers, moreQueries]).toEqual([[], []]);
      expect(query).toMatchObject({ kind: 'client', traceId: server?.traceId });
      expect(stdout).not.toContain('NT_');
      expect(stderr).toBe('');
    });

    it('makes one client span per outgoing request', async () => {
      await using inventory = await receiveHttp();
      const { spans } = await run('registered.mjs', { env: { INVENTORY: inventory.endpoint } });
      const outgoing = spans.filter(({ kind, attributes }) => kind === 'client' && 'url.full' in attributes);
      expect(outgoing.map(({ attributes }) => attributes['url.full'])).toEqual([
        `${inventory.endpoint}/fetched`,
        `${inventory.endpoint}/got`,
        // The request of the fixture to itself.
        expect.stringMatching(/\/orders\/7$/),
      ]);
      const sent = inventory.received.map(({ headers }) => String(headers['traceparent']).split('-')[2]);
      expect(sent).toEqual(outgoing.slice(0, 2).map(({ spanId }) => spanId));
    });

    it('makes one client span per statement of TypeORM on pg', async () => {
      const { spans } = await run('registered.mjs', { settings: { typeorm: true } });
      const [server] = named(spans, 'GET /orders/:id');
      const within = spans.filter(({ traceId, attributes }) => {
        return traceId === server?.traceId && 'db.query.text' in attributes;
      });
      expect(within).toHaveLength(1);
      expect(within[0]?.kind).toBe('client');
    });

    it('started the SDK before the module came: the options that come too late are named', async () => {
      const { spans, stdout } = await run('registered.mjs', {
        settings: {
          before: 'wait',
          options: { serviceName: 'late', traces: { ratio: 0.5 }, logs: { level: 'log' } },
        },
      });
      expect(named(spans, 'GET /orders/:id')[0]?.service).toBe('by-variable');
      expect(stdout).toMatch(
        /NT_OPTIONS_TOO_LATE.*started by nest-telemetry\/register.*: serviceName, traces\.ratio\./,
      );
    });

    it('leaves a foreign SDK its place and names the options that are left to it', async () => {
      const { spans, stdout } = await run('registered.mjs', {
        settings: { before: 'foreign', options: { traces: { ratio: 0.5 } } },
      });
      expect(spans).toEqual([]);
      expect(stdout).toContain('@foreign GET /orders/:id');
      expect(stdout).toMatch(/@foreign pg\.query/);
      expect(stdout).toMatch(/NT_FOREIGN_SDK.*traces\.ratio/);
    });
  });

  it('loads the instrumentations of installed libraries only', async () => {
    using application = new ApplicationFolder('loaded.mjs', ['nest-telemetry', 'ioredis', 'kafkajs']);
    const { stdout } = await run('loaded.mjs', { cwd: application.path });
    const loaded = JSON.parse(/^@loaded (.*)$/m.exec(stdout)?.[1] ?? '[]') as string[];
    expect(loaded.toSorted()).toEqual(['ioredis', 'kafkajs']);
  });
});
