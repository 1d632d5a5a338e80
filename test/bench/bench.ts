// Measures what telemetry costs a Nest application against its peers, in one interleaved run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Child } from './child.ts';
import { type Entrant, HELLO, lineupOn, messageLineup, OURS, OURS_FROM_MEMORY, USERS } from './lineup.ts';
import { compareMessages, type MessageComparison, TRANSPORTS } from './messages.ts';
import { prepare } from './prepare.ts';
import type { Adapter } from './app/protocol.ts';
import { measureMetrics } from './metrics.ts';
import { renderMetrics } from './metrics-report.ts';
import { judgeAll, render, renderMessages, renderTargets } from './report.ts';
import { type Comparison, compareRequests, type Effort } from './rounds.ts';
import type { SinkReport } from './sink.ts';
import { compareStarts, type StartComparison } from './startup.ts';
import { missingMessageSpans, missingSpans } from './verdict.ts';

// The warm-up is long enough for the compilers of V8 to be through with what a request runs, for a server runs for days.
const FULL: Effort = { connections: 64, rounds: 9, requests: 4000, warmUp: 10_000, starts: 9 };
const QUICK: Effort = { connections: 64, rounds: 2, requests: 300, warmUp: 300, starts: 1 };
const ADAPTERS: readonly Adapter[] = ['express', 'fastify'];
const PAGE = new URL('../../docs/reference/overhead.md', import.meta.url);

function progress(message: string): void {
  process.stderr.write(`bench: ${message}\n`);
}

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    assert: { type: 'boolean', default: false },
    messages: { type: 'boolean', default: false },
    metrics: { type: 'boolean', default: false },
    adapter: { type: 'string' },
    rounds: { type: 'string' },
    requests: { type: 'string' },
    starts: { type: 'string' },
  },
});

const base = flags.quick ? QUICK : FULL;
const effort: Effort = {
  ...base,
  rounds: Number(flags.rounds ?? base.rounds),
  requests: Number(flags.requests ?? base.requests),
  starts: Number(flags.starts ?? base.starts),
};
const adapters = ADAPTERS.filter((adapter) => flags.adapter === undefined || flags.adapter === adapter);
if (flags.messages && flags.adapter !== undefined) throw new Error('--messages knows no --adapter');
if (adapters.length === 0) throw new Error(`--adapter is one of ${ADAPTERS.join(', ')}`);
const routes = flags.quick ? [USERS] : [USERS, HELLO];

if (flags.metrics) {
  // Needs no peers but those this repository has anyway.
  const metrics = await measureMetrics(effort.rounds);
  const verdicts = judgeAll({ comparisons: [], starts: [], metrics });
  process.stdout.write(`\n${[renderTargets(verdicts), ...renderMetrics(metrics)].join('\n\n')}\n`);
  process.exit(flags.assert && verdicts.some(({ pass }) => !pass) ? 1 : 0);
}

const { libraryBuilt, versions } = prepare();
if (!libraryBuilt) progress('nest-telemetry: not built, measuring the peers only');

const sink = await Child.start<SinkReport>(new URL('sink.ts', import.meta.url));
const takesPart = (entrant: Entrant): boolean =>
  libraryBuilt || (entrant !== OURS && entrant !== OURS_FROM_MEMORY);
const target = { child: sink.child, port: sink.ready.port };
const comparisons: Comparison[] = [];
const starts: StartComparison[] = [];
const messages: MessageComparison[] = [];
try {
  for (const adapter of flags.messages ? [] : adapters) {
    const entrants = lineupOn(adapter).filter(takesPart);
    progress(
      `${adapter}: ${effort.rounds} rounds of ${effort.requests} requests, ${entrants.length} variants`,
    );
    comparisons.push(...(await compareRequests(adapter, routes, entrants, effort, target)));
    progress(`${adapter}: ${effort.starts} starts of ${entrants.length} empty applications`);
    starts.push(await compareStarts(adapter, entrants, effort.starts, sink.ready.port));
  }
  for (const transport of flags.adapter === undefined ? TRANSPORTS : []) {
    const entrants = messageLineup(transport).filter(takesPart);
    progress(
      `${transport}: ${effort.rounds} rounds of ${effort.requests} messages, ${entrants.length} variants`,
    );
    messages.push(await compareMessages(transport, entrants, effort, target));
  }
} finally {
  await sink.child.stop();
}

const isWhole = !flags.messages && flags.adapter === undefined;
if (isWhole && libraryBuilt) progress('metrics');
const metrics = isWhole && libraryBuilt ? await measureMetrics(effort.rounds) : undefined;

const date = new Date().toISOString().slice(0, 10);
const page = flags.messages
  ? `${renderMessages({ effort, messages }).join('\n\n')}\n`
  : render({ date, effort, versions, comparisons, starts, messages, metrics });
process.stdout.write(`\n${page}`);

const missing = [...missingSpans(comparisons), ...missingMessageSpans(messages)];
const isFull =
  effort.rounds >= FULL.rounds && effort.requests >= FULL.requests && effort.starts >= FULL.starts;
if (
  isFull &&
  !flags.messages &&
  adapters.length === ADAPTERS.length &&
  libraryBuilt &&
  missing.length === 0
) {
  mkdirSync(new URL('./', PAGE), { recursive: true });
  writeFileSync(PAGE, page);
}

for (const finding of missing) progress(finding);
const missedTargets = judgeAll({ comparisons, starts, metrics }).filter(({ pass }) => !pass);
if (missing.length > 0 || (flags.assert && missedTargets.length > 0)) process.exitCode = 1;
