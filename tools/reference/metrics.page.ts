import { METRICS, type MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';

/** How the conventions call what the API calls otherwise. */
const KINDS: Readonly<Record<MetricRow['instrument'], string>> = {
  counter: 'counter',
  observableCounter: 'counter',
  upDownCounter: 'up-down counter',
  observableUpDownCounter: 'up-down counter',
  histogram: 'histogram',
  gauge: 'gauge',
  observableGauge: 'gauge',
};

/** First segments of names, in the order of the page. A new one fails the generator until it has a title here. */
const TOPICS: readonly (readonly [title: string, names: RegExp])[] = [
  ['HTTP', /^http\./],
  ['Databases', /^db\./],
  ['Messages', /^messaging\./],
  ['Remote procedure calls', /^rpc\./],
  ['Nest', /^nestjs\./],
  ['The process', /^(process|nodejs|v8js)\./],
  ['The machine, with `metrics.system`', /^system\./],
  ['Telemetry about itself', /^(otel|nest_telemetry)\./],
];

/** docs/reference/metrics.md, from the catalogue of metrics. */
export function metricsPage(): string {
  const rows: readonly MetricRow[] = Object.values(METRICS);
  const homeless = rows.filter(({ name }) => !TOPICS.some(([, names]) => names.test(name)));
  if (homeless.length > 0) throw new Error(`No topic for ${homeless.map(({ name }) => name).join(', ')}`);
  return [
    '# Metrics',
    '',
    '<!-- Generated from libs/telemetry/src/metrics/catalog.ts by `npm run docs:reference`. -->',
    '',
    'Every metric that `nest-telemetry` emits, with nothing left out: a data point carries no other attributes than those',
    'named here. Names, units and buckets follow the semantic conventions of OpenTelemetry where there are any; those that',
    'are not stable there may change with the conventions. On the metrics page dots are underscores.',
    '',
    ...TOPICS.flatMap(([title, names]) =>
      section(
        title,
        rows.filter(({ name }) => names.test(name)),
      ),
    ),
  ].join('\n');
}

function section(title: string, rows: readonly MetricRow[]): string[] {
  return [`## ${title}`, '', ...rows.flatMap(entry)];
}

function entry({
  name,
  instrument,
  unit,
  description,
  attributes,
  boundaries,
  stability,
}: MetricRow): string[] {
  const facts = [`${KINDS[instrument]} in \`${unit}\``, stability];
  return [
    `### \`${name}\``,
    '',
    `${description} (${facts.join(', ')})`,
    '',
    ...(attributes.length > 0 ? [`- Attributes: ${code(attributes)}`] : ['- No attributes']),
    ...(boundaries === undefined ? [] : [`- Buckets up to: ${boundaries.join(', ')}`]),
    '',
  ];
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
