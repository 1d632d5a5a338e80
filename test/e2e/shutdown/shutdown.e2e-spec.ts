import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { receiveGrpc, receiveHttp, refusedEndpoint, type Behaviour } from '../otlp.receiver.js';
import { Program, type Ending } from '../program.js';

const DEADLINE = 1000;
/** Far more than the deadline and far less than the limits of the exporters (10 s), which must not count. */
const PATIENCE = DEADLINE + 3000;

const receivers = { 'http/protobuf': receiveHttp, 'http/json': receiveHttp, grpc: receiveGrpc } as const;
type Protocol = keyof typeof receivers;
type Way = 'app.close()' | 'SIGTERM';
type Adapter = 'express' | 'fastify';
type Delivery = 'durable' | 'memory';

interface Stop {
  readonly ending: Ending;
  readonly millis: number;
  readonly program: Program;
}

function serve(
  endpoint: string,
  protocol: Protocol,
  { delivery, ...more }: { delivery?: Delivery; [setting: string]: unknown } = {},
): Program {
  const options = { otlp: { endpoint, protocol }, delivery, shutdown: { timeoutMillis: DEADLINE } };
  return new Program('shop.mjs', { settings: { options, hooks: true, ...more } });
}

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

/** Over a connection that stays open. */
async function ask(program: Program, path: string): Promise<void> {
  const port = await program.says('listening');
  const [response] = (await once(get({ port, host: '127.0.0.1', path, agent }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  await once(response, 'end');
}

async function stop(program: Program, way: Way): Promise<Stop> {
  await ask(program, '/items/1');
  const before = performance.now();
  if (way === 'SIGTERM') program.kill('SIGTERM');
  else await ask(program, '/stop');
  const ending = await program.ended;
  return { ending, millis: performance.now() - before, program };
}

function expectCleanEnd({ ending, millis, program }: Stop, way: Way): void {
  // Neither an unhandled rejection nor a warning of Node: what there is to say goes through Nest's logger.
  expect(program.stderr).toBe('');
  expect(ending).toEqual(way === 'SIGTERM' ? { code: null, signal: 'SIGTERM' } : { code: 0, signal: null });
  expect(millis).toBeLessThan(PATIENCE);
}

// Not every combination: each is a process.
describe.concurrent('An application that stops', () => {
  it.each<[Way, Protocol, Adapter, Delivery]>([
    ['app.close()', 'http/protobuf', 'express', 'durable'],
    ['SIGTERM', 'http/protobuf', 'fastify', 'memory'],
    ['SIGTERM', 'grpc', 'express', 'durable'],
    ['SIGTERM', 'grpc', 'express', 'memory'],
  ])(
    'by %s delivers over %s what waits for its batch, on %s, %s, and ends',
    async (way, protocol, adapter, delivery) => {
      await using receiver = await receivers[protocol]('ok');
      await using program = serve(receiver.endpoint, protocol, { adapter, delivery });
      const end = await stop(program, way);
      expectCleanEnd(end, way);
      expect(receiver.spans().map(({ name }) => name)).toContain('GET /items/:id');
      expect(program.stdout).not.toContain('NT_');
    },
  );

  it.each<[Protocol, Delivery]>([
    ['http/protobuf', 'durable'],
    ['http/protobuf', 'memory'],
    ['grpc', 'memory'],
  ])('ends when nobody listens at the endpoint, by %s, %s', async (protocol, delivery) => {
    await using program = serve(await refusedEndpoint(), protocol, { delivery });
    const end = await stop(program, 'app.close()');
    expectCleanEnd(end, 'app.close()');
    expect(program.stdout).toMatch(
      delivery === 'durable' ? /NT_DELIVERY_LEFT/ : /NT_EXPORT_FAILED|NT_SHUTDOWN_TIMEOUT/,
    );
    expect(program.stdout).not.toContain('NT_USER_CODE_FAILED');
  });

  it.each<[Way, Protocol, Behaviour, Delivery]>([
    ['app.close()', 'http/protobuf', 'hang', 'durable'],
    ['app.close()', 'http/protobuf', 'hang', 'memory'],
    ['app.close()', 'http/protobuf', 'trickle', 'memory'],
    ['app.close()', 'grpc', 'hang', 'memory'],
    ['app.close()', 'grpc', 'trickle', 'memory'],
    ['app.close()', 'grpc', 'trickle', 'durable'],
    ['SIGTERM', 'http/protobuf', 'hang', 'memory'],
  ])(
    'by %s ends within the deadline when a collector over %s does this: %s, %s',
    async (way, protocol, behaviour, delivery) => {
      await using receiver = await receivers[protocol](behaviour);
      await using program = serve(receiver.endpoint, protocol, { delivery });
      const end = await stop(program, way);
      expectCleanEnd(end, way);
      expect(receiver.received.length).toBeGreaterThan(0);
      expect(program.stdout).toContain(
        delivery === 'durable'
          ? '[NT_DELIVERY_LEFT] '
          : '[NT_SHUTDOWN_TIMEOUT] Telemetry could not be delivered within 1000 ms',
      );
    },
  );

  it('ends within the deadline when a Zipkin server never answers', async () => {
    await using receiver = await receiveHttp('hang');
    const options = { traces: { exporters: ['zipkin'] }, shutdown: { timeoutMillis: DEADLINE } };
    await using program = new Program('shop.mjs', {
      settings: { options },
      env: { OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${receiver.endpoint}/api/v2/spans` },
    });
    const end = await stop(program, 'app.close()');
    expectCleanEnd(end, 'app.close()');
    expect(receiver.received).toHaveLength(1);
  });

  it('ends by the first signal without enableShutdownHooks', async () => {
    await using receiver = await receiveHttp('hang');
    await using program = serve(receiver.endpoint, 'http/protobuf', { hooks: false });
    const { ending, millis } = await stop(program, 'SIGTERM');
    expect(ending).toEqual({ code: null, signal: 'SIGTERM' });
    expect(millis).toBeLessThan(DEADLINE);
  });
});
