// The room table of docs/architecture.md, as rules on resolved files. Rules are about the code that is published; specs
// may use what they need.
const src = 'libs/telemetry/src';
const room = (name) => `^${src}/${name}/`;
const otelSdk = 'node_modules/@opentelemetry/(sdk-|exporter-|resources|otlp-|instrumentation)';
const nest = 'node_modules/@nestjs/';
const spec = '\\.spec(-helper)?\\.ts$';
/** Root files that put the rooms together; the others are what rooms have in common. */
const face = `^${src}/(index|register|typeorm|nestjs-otel\\.module|telemetry\\.(module|module-definition|application|hooks|settings))\\.ts$`;

/** A room may import only these other rooms (root files are open to all). */
const rooms = {
  config: [],
  tracing: [],
  metrics: [],
  logging: ['config', 'processors'],
  propagation: ['processors'],
  processors: [],
  doctor: ['config'],
  hooks: ['config', 'tracing', 'metrics', 'logging', 'propagation', 'processors'],
  sdk: ['config', 'processors', 'metrics', 'propagation'],
};

const roomRules = Object.entries(rooms).map(([name, allowed]) => ({
  name: `${name}-imports-only-its-neighbours`,
  severity: 'error',
  from: { path: room(name), pathNot: spec },
  to: { path: `^${src}/[^/]+/`, pathNot: [name, ...allowed].map(room) },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Pages that are loaded when they are opened may know the frame that loads them.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    ...roomRules,
    {
      name: 'nothing-imports-testing',
      severity: 'error',
      from: { path: `^${src}/`, pathNot: [room('testing'), spec] },
      to: { path: room('testing') },
    },
    {
      name: 'only-sdk-uses-the-sdk',
      comment:
        'Instrument through the API. Types are fine, and processors and the test recorder build on SDK parts.',
      severity: 'error',
      from: { path: `^${src}/`, pathNot: [room('sdk'), room('testing'), spec] },
      to: { path: otelSdk, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-sdk-encodes',
      severity: 'error',
      from: { path: `^${src}/`, pathNot: [room('sdk'), room('testing'), spec] },
      to: { path: '^libs/(otlp|spool)/' },
    },
    {
      name: 'rooms-do-not-know-who-uses-them',
      severity: 'error',
      from: { path: `^${src}/[^/]+/`, pathNot: [room('testing'), spec] },
      to: { path: face },
    },
    {
      name: 'only-specs-use-spec-helpers',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: spec },
      to: { path: spec },
    },
    {
      name: 'config-and-processors-know-no-nest',
      severity: 'error',
      from: {
        path: [room('config'), room('processors'), room('sdk'), room('propagation')],
        pathNot: spec,
      },
      to: { path: nest },
    },
    {
      name: 'otlp-stands-alone',
      comment: 'The wire format is pure: no package, no other library, nothing of Node but Buffer.',
      severity: 'error',
      from: { path: '^libs/otlp/src/', pathNot: '\\.spec(-helper)?\\.ts$' },
      to: { pathNot: '^libs/otlp/src/' },
    },
    {
      name: 'spool-stands-alone',
      comment: 'Delivery knows the wire format and Node: no Nest, no OpenTelemetry SDK, no package.',
      severity: 'error',
      from: { path: '^libs/spool/src/', pathNot: '\\.spec(-helper)?\\.ts$' },
      to: { pathNot: ['^libs/(spool|otlp)/src/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'dashboard-stands-alone',
      comment:
        'The dashboard is a program of its own: the wire format and Node, no Nest, no OpenTelemetry SDK.',
      severity: 'error',
      from: { path: '^libs/dashboard/src/', pathNot: [spec, '^libs/dashboard/src/nest/'] },
      to: { pathNot: ['^libs/(dashboard|otlp)/src/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'dashboard-queries-do-not-know-who-asks',
      comment: 'What runs on the thread of the store knows nothing of sockets and browsers.',
      severity: 'error',
      from: { path: '^libs/dashboard/src/(store|query|doctor)/', pathNot: spec },
      to: { path: '^libs/dashboard/src/(web|receiver)/' },
    },
    {
      name: 'dashboard-page-knows-only-the-contract',
      comment:
        'The page and the server have in common the types of their answers and the language of searches.',
      severity: 'error',
      from: { path: '^libs/dashboard/ui/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: '^libs/dashboard/src/(api/api\\.types|query/attribute\\.query)\\.ts$',
      },
    },
    {
      name: 'apps-use-packages',
      comment: 'An application imports the package, never the sources of the library.',
      severity: 'error',
      from: { path: '^apps/', pathNot: '\\.e2e-spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/(index|register|typeorm|testing/index)\\.ts$' },
    },
    {
      name: 'libs-use-packages',
      comment: 'A library imports another by its package, never its sources.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'libs-declare-what-they-import',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'apps-are-apart',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|test|tools)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(apps|libs)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['@nest-telemetry/source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
