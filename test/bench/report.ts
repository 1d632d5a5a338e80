import { BARE, STOCK_GRPC, USUAL } from './lineup.ts';
import { describeMachine } from './machine.ts';
import type { MessageComparison } from './messages.ts';
import type { MetricsFigures } from './metrics.ts';
import { renderMetrics } from './metrics-report.ts';
import { judgeMetrics } from './metrics-verdict.ts';
import type { Comparison, Effort, Series } from './rounds.ts';
import type { StartComparison } from './startup.ts';
import { pairwise, spreadOf } from './statistics.ts';
import { table, withSpread } from './tables.ts';
import { addedBy, cpuOf, find, judge, shareOfUsual, startRatio, type Verdict } from './verdict.ts';

/** Everything one run found out. */
export interface Results {
  readonly date: string;
  readonly effort: Effort;
  readonly versions: Readonly<Record<string, string>>;
  readonly comparisons: readonly Comparison[];
  readonly starts: readonly StartComparison[];
  readonly messages: readonly MessageComparison[];
  /** Where our library was measured. */
  readonly metrics: MetricsFigures | undefined;
}

const ADAPTERS = { express: 'Express', fastify: 'Fastify' };
const TRANSPORTS = { tcp: "Nest's TCP transport, request and response", grpc: 'gRPC, unary' };
const MEBIBYTE = 2 ** 20;

function megabytes(bytes: readonly number[]): string {
  return (spreadOf(bytes).median / MEBIBYTE).toFixed(0);
}

function spansPerRequest({ names, requests }: Series): string {
  const spans = Object.values(names).reduce((sum, count) => sum + count, 0);
  return String(Number((spans / requests).toFixed(2)));
}

function requestTable({ series }: Comparison): string {
  const bare = find(series, BARE);
  const usual = find(series, USUAL);
  if (!bare || !usual) return '';
  const rows = series.map((own) => [
    own.entrant.title,
    spansPerRequest(own),
    withSpread(spreadOf(cpuOf(own))),
    own === bare
      ? '1'
      : withSpread(
          pairwise(cpuOf(own), cpuOf(bare), (left, right) => left / right),
          2,
        ),
    own === bare ? '0' : withSpread(spreadOf(addedBy(own, bare))),
    own === bare ? '–' : shareOfUsual(own, bare, usual).median.toFixed(2),
    spreadOf(own.blocks.map((block) => block.requestsPerSecond)).median.toFixed(0),
    megabytes(own.blocks.map((block) => block.rssBytes)),
  ]);
  const head = [
    '',
    'spans',
    'CPU µs',
    'ratio to bare',
    'added µs',
    'added, relative to the usual',
    'requests/s',
  ];
  return table([...head, 'RSS MB'], rows);
}

function spanTable({ series }: Comparison): string {
  const rows = series.map(({ entrant, names, requests }) => {
    const spans = Object.entries(names)
      .filter(([, count]) => count >= requests / 100)
      .map(
        ([span, count]) =>
          `\`${span}\`${count === requests ? '' : ` × ${Number((count / requests).toFixed(2))}`}`,
      );
    return [entrant.title, spans.join(', ') || 'nothing'];
  });
  return table(['', 'spans that arrived for one request'], rows).replace('--:', '---');
}

function startTable({ starts }: StartComparison): string {
  const bare = find(starts, BARE);
  if (!bare) return '';
  const rows = starts.map((own) => [
    own.entrant.title,
    withSpread(spreadOf(own.cpuMillis)),
    own === bare ? '1' : withSpread(startRatio(own, bare), 2),
    megabytes(own.rssBytes),
  ]);
  return table(['', 'CPU ms until listening', 'ratio to bare', 'RSS MB'], rows);
}

function messageTable({ series }: MessageComparison): string {
  const bare = find(series, BARE);
  const stock = find(series, STOCK_GRPC);
  if (!bare) return '';
  const rows = series.map((own) => [
    own.entrant.title,
    spansPerRequest(own),
    withSpread(spreadOf(cpuOf(own))),
    own === bare
      ? '1'
      : withSpread(
          pairwise(cpuOf(own), cpuOf(bare), (left, right) => left / right),
          2,
        ),
    own === bare ? '0' : withSpread(spreadOf(addedBy(own, bare))),
    ...(stock ? [own === bare ? '–' : shareOfUsual(own, bare, stock).median.toFixed(2)] : []),
    spreadOf(own.blocks.map((block) => block.requestsPerSecond)).median.toFixed(0),
    megabytes(own.blocks.map((block) => block.rssBytes)),
  ]);
  const relative = stock ? ['added, relative to the instrumentation'] : [];
  return table(
    ['', 'spans', 'CPU µs', 'ratio to bare', 'added µs', ...relative, 'messages/s', 'RSS MB'],
    rows,
  );
}

/** The part about messages, which can be measured alone. */
export function renderMessages({ effort, messages }: Pick<Results, 'effort' | 'messages'>): string[] {
  if (messages.length === 0) return [];
  return [
    '## Messages',
    `CPU time of a process that sends messages to itself, so of both sides: a client span, the context in the message, a server span, and the export of both. ${effort.connections} messages are under way at any time; medians of ${effort.rounds} rounds of ${effort.requests} messages, after ${effort.warmUp} to warm up. The run fails if a message did not arrive at the sink as one client and one server span.`,
    ...messages.flatMap((comparison) => [
      `### ${TRANSPORTS[comparison.transport]}`,
      ...(comparison.transport === 'tcp' ? ['There is no other instrumentation of it to compare with.'] : []),
      messageTable(comparison),
    ]),
  ];
}

/** What was promised, and whether it holds. */
export function renderTargets(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ what, measured, target, unit, pass }) => {
    const after = unit === undefined ? '' : ` ${unit}`;
    return [what, `${measured.toFixed(2)}${after}`, `≤ ${target.toFixed(2)}${after}`, pass ? 'PASS' : 'MISS'];
  });
  return rows.length === 0
    ? 'nest-telemetry did not take part.'
    : table(['', 'measured', 'target', ''], rows);
}

/** All promises that were measured. */
export function judgeAll({
  comparisons,
  starts,
  metrics,
}: Pick<Results, 'comparisons' | 'starts' | 'metrics'>): Verdict[] {
  return [...judge(comparisons, starts), ...(metrics ? judgeMetrics(metrics) : [])];
}

function versions(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, version]) => `\`${name}\` ${version}`)
    .join(', ');
}

/** The published page. */
export function render(results: Results): string {
  const { effort, comparisons, starts } = results;
  const sections = [
    '# What telemetry costs',
    `<!-- Written by \`npm run bench\`; edit test/bench/report.ts instead. -->`,
    `Measured on ${results.date}: ${describeMachine()}.`,
    `The handler does no I/O, so these are the worst ratios an application can see: the more it works itself, the smaller the share of its telemetry. CPU time is what to read; quote the ratios, because microseconds belong to this machine.`,
    '## Targets',
    renderTargets(judgeAll(results)),
    '## Requests',
    `CPU time is user and system time of the whole server process divided by requests, the export of every span included. Medians of ${effort.rounds} rounds, quartiles in brackets; ratios and differences are taken within each round, then their median.`,
    ...comparisons.flatMap((comparison) => [
      `### ${ADAPTERS[comparison.adapter]}, \`${comparison.route.title}\``,
      requestTable(comparison),
      ...(comparison.route.methods.length > 0 ? [spanTable(comparison)] : []),
    ]),
    '## Starting',
    `User and system CPU time of the process from its start until an application without routes listens. Medians of ${effort.starts} starts, quartiles in brackets.`,
    ...starts.flatMap((comparison) => [`### ${ADAPTERS[comparison.adapter]}`, startTable(comparison)]),
    ...renderMessages(results),
    ...(results.metrics ? renderMetrics(results.metrics) : []),
    '## Method',
    [
      `- The application (\`test/bench/app/modules.ts\`) is one file for all variants: a controller and three nested asynchronous service methods. A variant (\`test/bench/app/variants/\`) is the list of modules it imports and the decorator on those three methods.`,
      `- Everything is sampled and exported over OTLP http/protobuf. All variants have the same environment and the default batch size; the queue is long enough that nothing is dropped, because a dropped span costs nothing to export.`,
      `- The server under test, the load generator and the OTLP sink are three processes on loopback. The server reports its own CPU time before the block of ${effort.requests} requests and again when the sink has everything.`,
      `- ${effort.connections} keep-alive connections, each asking again as soon as it has its answer; ${effort.warmUp} requests per route before the first block.`,
      `- All variants are alive in the same run and measured in turn, in an order that rotates by one each round, so that a machine that gets slower gets slower for everyone.`,
      `- The sink decodes every span and counts it by kind and name. The run fails if a variant did not export one server span per request, or not one span per decorated method.`,
      `- The peers get the synchronous ESM loader hook, the cheaper of the two that exist. Everything else is what their packages do by default; where a default is plainly wasteful (Express layers recorded twice) or leaves out what others record (routes on Fastify), a row with that one thing put right stands beside it.`,
      `- Start-up counts from the start of the process, preloaded modules included; one start of each variant beforehand fills the file cache.`,
      `- Versions: ${versions(results.versions)}.`,
    ].join('\n'),
    '## Run it',
    '```sh\nnpm ci\nnpm run bench              # some minutes, and writes this page\nnpm run bench -- --quick   # some two minutes, prints only\nnpm run bench -- --messages  # messages alone, prints only\nnpm run bench -- --metrics   # metrics alone, prints only\nnpm run bench -- --assert  # exits 1 when a target is missed\n```',
    `Peers are installed into \`test/bench/node_modules\` on the first run; they are not dependencies of the repository. \`--adapter\`, \`--rounds\`, \`--requests\` and \`--starts\` narrow or widen a run; the page is written only by a full one.`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}
