import type { Adapter, MessageTransport } from './app/protocol.ts';

/** One set-up that takes part in the comparison. */
export interface Entrant {
  readonly name: string;
  /** Module of `app/variants/` with what the application imports; its own name by default. */
  readonly variant?: string;
  readonly title: string;
  /** Module of `app/variants/` loaded with `--import` ahead of the application. */
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The only adapter it makes a difference on. */
  readonly only?: Adapter;
  /** Whether a request must arrive at the sink as a server span. */
  readonly server: boolean;
  /** Whether the three service methods must arrive at the sink as spans. */
  readonly methods: boolean;
}

/** What everything is compared with. */
export const BARE: Entrant = { name: 'bare', title: 'bare Nest', server: false, methods: false };

/** What most applications run today, with the defaults of its packages. */
export const USUAL: Entrant = {
  name: 'stock-nestjs-otel',
  title: 'NodeSDK + auto-instrumentations + nestjs-otel `@Span` (**the usual set-up**)',
  preload: 'stock.tracing',
  server: true,
  methods: true,
};

export const OURS: Entrant = {
  name: 'ours',
  title: '**nest-telemetry**, `@Span` on the same methods',
  server: true,
  methods: true,
};

/** The same without a thread and files: what waits is lost with the process, or when the collector is away. */
export const OURS_FROM_MEMORY: Entrant = {
  name: 'ours-memory',
  variant: 'ours',
  title: "nest-telemetry with `delivery: 'memory'`",
  env: { TELEMETRY_DELIVERY: 'memory' },
  server: true,
  methods: true,
};

const LINEUP: readonly Entrant[] = [
  BARE,
  {
    name: 'stock',
    title: 'NodeSDK + auto-instrumentations',
    preload: 'stock.tracing',
    server: true,
    methods: false,
  },
  USUAL,
  {
    name: 'stock-nestjs-otel-once',
    variant: 'stock-nestjs-otel',
    title: 'the same, `instrumentation-router` off (by default Express layers are recorded twice)',
    preload: 'stock.tracing',
    env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'router' },
    only: 'express',
    server: true,
    methods: true,
  },
  {
    name: 'stock-nestjs-otel-fastify',
    variant: 'stock-nestjs-otel',
    title: 'the same and `@fastify/otel` (without it there is no route)',
    preload: 'stock-fastify.tracing',
    only: 'fastify',
    server: true,
    methods: true,
  },
  OURS,
  OURS_FROM_MEMORY,
];

/** The instrumentation there is for gRPC, alone: the others would only cost memory. */
export const STOCK_GRPC: Entrant = {
  name: 'stock-grpc',
  variant: 'stock',
  title: 'NodeSDK + `@opentelemetry/instrumentation-grpc`',
  preload: 'stock.tracing',
  env: { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'grpc' },
  server: true,
  methods: false,
};

const OURS_ON_MESSAGES: Entrant = { ...OURS, title: '**nest-telemetry**', methods: false };

/** The set-ups that trace messages over a transport; of Nest's own TCP only ours does. */
export function messageLineup(transport: MessageTransport): readonly Entrant[] {
  return transport === 'tcp' ? [BARE, OURS_ON_MESSAGES] : [BARE, STOCK_GRPC, OURS_ON_MESSAGES];
}

/** The set-ups that make sense on an adapter. */
export function lineupOn(adapter: Adapter): readonly Entrant[] {
  return LINEUP.filter(({ only }) => only === undefined || only === adapter);
}

/** One measured path. */
export interface Route {
  readonly title: string;
  readonly path: string;
  /** Names of the decorated methods a request runs through. */
  readonly methods: readonly string[];
}

export const USERS: Route = {
  title: 'GET /users/:id',
  path: '/users/42',
  methods: ['UserService.get', 'ProfileService.load', 'UserStore.find'],
};

export const HELLO: Route = { title: 'GET /hello', path: '/hello', methods: [] };
