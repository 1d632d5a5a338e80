import type { ModulesContainer } from '@nestjs/core';
import { context, SpanKind, trace } from '@opentelemetry/api';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { guarded } from '../telemetry.warnings.js';
import { FewNames } from '../tracing/conventions/graphql.conventions.js';
import { GraphqlDocuments } from '../tracing/conventions/graphql.document.js';
import { claimSlot, type AdapterSlot } from './adapter-slot.js';
import {
  forgetOperation,
  GraphqlOperation,
  rememberOperation,
  type GraphqlRequest,
  type GraphqlSettings,
} from './graphql.operation.js';
import { wrapResolvers } from './graphql.resolvers.js';
import type { Hook } from './hook.js';
import { prototypeInstallation } from './prototype.installation.js';
import { activeObservation, observationOf } from './server-observation.js';

/** What @nestjs/graphql says when it takes up an operation. */
interface RequestStart extends GraphqlRequest {
  readonly context?: { readonly req?: unknown };
}

/** And when the answer is there. */
interface RequestEnd extends RequestStart {
  readonly errors?: readonly unknown[];
  /** What the hook of the start returned. */
  readonly state?: unknown;
}

type StartHook = (start: RequestStart) => unknown;
type EndHook = (end: RequestEnd) => void;

/** What other owners of the slots made, beside ours: they get their own state back. */
interface Started {
  readonly operation: GraphqlOperation | undefined;
  readonly theirs: unknown;
}

const START_SLOT: AdapterSlot = {
  name: 'GraphQL request start',
  setter: 'setOnRequestStartHook',
  field: 'onRequestStartHook',
};
const END_SLOT: AdapterSlot = {
  name: 'GraphQL request end',
  setter: 'setOnRequestEndHook',
  field: 'onRequestEndHook',
};

/**
 * One span per GraphQL operation, through the request hooks of @nestjs/graphql, and the resolvers inside it, through its
 * explorer: whichever driver serves them, on Express and Fastify, code first and schema first.
 *
 * It has to be installed before the schema is built, which happens when modules are initialised.
 */
export const graphqlHook: Hook = {
  name: 'graphql',

  install({ options, modules }) {
    const found = [...graphqlModulesOf(modules)];
    if (found.length === 0)
      return { installed: false, reason: 'no GraphQLModule among the modules', absent: true };
    const undo = found.flatMap((each) => installInto(each, options));
    return {
      installed: true,
      uninstall() {
        for (const step of undo) step();
      },
    };
  },
};

/** The parts of one GraphQLModule; an application may have several. */
interface GraphqlModule {
  /** Holds the request hooks. */
  readonly host: object;
  /** Makes the resolvers. */
  readonly explorer: object;
  /** Knows the path when it has started. */
  readonly module: { readonly completeOptions?: { readonly path?: unknown } } | undefined;
}

function* graphqlModulesOf(modules: ModulesContainer): Generator<GraphqlModule> {
  for (const { providers, metatype } of modules.values()) {
    const instances = [...providers.values()].map(({ instance }) => instance);
    const host = instances.find((each) => hasMethods(each, 'setOnRequestStartHook', 'setOnRequestEndHook'));
    const explorer = instances.find((each) => hasMethods(each, 'createContextCallback', 'explore'));
    if (host === undefined || explorer === undefined) continue;
    const module = instances.find((each) => each instanceof metatype);
    yield { host, explorer, module: module as GraphqlModule['module'] };
  }
}

function hasMethods(value: unknown, ...names: string[]): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}

const settingsByExplorer = new WeakMap<object, GraphqlSettings>();
const wrapExplorer = prototypeInstallation((prototype) =>
  wrapResolvers(prototype, (explorer) => settingsByExplorer.get(explorer)),
);

function installInto({ host, explorer, module }: GraphqlModule, options: ResolvedOptions): (() => void)[] {
  let active = true;
  const settings: GraphqlSettings = {
    options: options.traces.graphql,
    names: new FewNames(),
    documents: new GraphqlDocuments(),
    inbound: options.propagation.inbound,
  };
  settingsByExplorer.set(explorer, settings);
  const start = (request: RequestStart): GraphqlOperation | undefined => {
    if (!active) return undefined;
    const path = module?.completeOptions?.path;
    const observation = activeObservation() ?? observationOf(request.context?.req) ?? undefined;
    // Express serves it as a middleware, which has no route of its own.
    if (typeof path === 'string') observation?.servedAt(path);
    const current = context.active();
    const parent = trace.getSpan(current) === undefined ? (observation?.context ?? current) : current;
    const operation = new GraphqlOperation(request, settings, { kind: SpanKind.SERVER, parent });
    rememberOperation(request.context, () => operation);
    // The end of an operation that went wrong inside the server is never told.
    observation?.beforeEnd(() => operation.end());
    return operation;
  };

  return [
    () => {
      active = false;
      settingsByExplorer.delete(explorer);
    },
    wrapExplorer(explorer),
    claimSlot<StartHook>(host, START_SLOT, (other) => (request) => {
      const operation = guarded('GraphQL hook', () => start(request), undefined);
      return { operation, theirs: other()?.(request) } satisfies Started;
    }),
    claimSlot<EndHook>(host, END_SLOT, (other) => (request) => {
      const { operation, theirs } = (request.state ?? {}) as Partial<Started>;
      operation?.end(request.errors);
      forgetOperation(request.context);
      other()?.({ ...request, state: theirs });
    }),
  ];
}
