// Prints the CPU redaction adds to the spans of one request, on against off, in turns so that a busy machine slows both,
// and the CPU of texts and values that were made to be slow: `node test/bench/micro/redaction.ts [rounds] [folder]` after
// `npm run build:lib`. The folder is that of another build of the library (its `dist`), to be compared in turns.
import { ROOT_CONTEXT, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  HOSTILE_PARTS,
  hostileText,
} from '../../../libs/telemetry/src/processors/redaction/hostile-texts.spec-helper.ts';
import { HOSTILE_VALUES } from '../../../libs/telemetry/src/processors/redaction/hostile-values.spec-helper.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const REQUESTS_PER_ROUND = 10_000;

// Parts the package does not export, so they are taken from its build by file.
const built = (file: string): Promise<unknown> =>
  import(new URL(`../../../libs/telemetry/dist/${file}.js`, import.meta.url).href);
const { LeanTracerProvider } = (await built(
  'sdk/tracer/lean.tracer-provider',
)) as typeof import('../../../libs/telemetry/src/sdk/tracer/lean.tracer-provider.ts');
const { GuardSpanProcessor } = (await built(
  'processors/guard.span-processor',
)) as typeof import('../../../libs/telemetry/src/processors/guard.span-processor.ts');
const { RedactingSpanProcessor } = (await built(
  'processors/redacting.span-processor',
)) as typeof import('../../../libs/telemetry/src/processors/redacting.span-processor.ts');
const { createRedactor } = (await built(
  'processors/redaction/standard.redactor',
)) as typeof import('../../../libs/telemetry/src/processors/redaction/standard.redactor.ts');
const { sharedAttributes } = (await built(
  'shared.attributes',
)) as typeof import('../../../libs/telemetry/src/shared.attributes.ts');

const OTHER = process.argv[3];
const other =
  OTHER === undefined
    ? undefined
    : (
        (await import(
          pathToFileURL(resolve(OTHER, 'processors/redaction/standard.redactor.js')).href
        )) as typeof import('../../../libs/telemetry/src/processors/redaction/standard.redactor.ts')
      ).createRedactor();

const LOW = sharedAttributes({
  'http.request.method': 'GET',
  'url.scheme': 'http',
  'network.protocol.version': '1.1',
});
const ROUTE = sharedAttributes({ 'http.route': '/users/:id' });
const OUTCOME = sharedAttributes({ 'http.response.status_code': 200 });
const AGENT = Buffer.from(
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0',
);
const METHODS = ['UsersController.find', 'UsersService.find', 'UsersRepository.findById'];

/** What Fastify, our hooks and three `@Span()` methods make of one request; texts of the client are new ones each time. */
function serve(tracer: Tracer, id: number): void {
  const server = tracer.startSpan('GET', { kind: SpanKind.SERVER, attributes: LOW }, ROOT_CONTEXT);
  server.setAttributes({ 'url.path': `/users/${id}` });
  server.setAttributes({
    'server.address': Buffer.from('shop.example.com').toString('latin1'),
    'server.port': 3000,
    'client.address': '127.0.0.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': 40_000 + (id % 20_000),
    'user_agent.original': AGENT.toString('latin1'),
  });
  server.updateName('GET /users/:id');
  server.setAttributes(ROUTE);
  let parent = trace.setSpan(ROOT_CONTEXT, server);
  const open = METHODS.map((name) => {
    const span = tracer.startSpan(name, { attributes: { 'code.function.name': name } }, parent);
    parent = trace.setSpan(parent, span);
    return span;
  });
  for (const span of open.toReversed()) span.end();
  server.setAttributes(OUTCOME);
  server.end();
}

/** Touches what an exporter reads first, so that both subjects pay for it. */
class ReadingProcessor implements SpanProcessor {
  read = 0;
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    this.read += span.events.length + span.links.length + span.name.length;
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const { redactor } = createRedactor();
const subjects = {
  off: new GuardSpanProcessor([new GuardSpanProcessor([new ReadingProcessor()])]),
  on: new GuardSpanProcessor([
    new RedactingSpanProcessor(new GuardSpanProcessor([new ReadingProcessor()]), () => redactor),
  ]),
};
type Subject = keyof typeof subjects;

const resource = resourceFromAttributes({ 'service.name': 'bench' });
const tracers = Object.fromEntries(
  Object.entries(subjects).map(([name, spanProcessor]) => [
    name,
    new LeanTracerProvider({ resource, spanProcessor }).getTracer('bench'),
  ]),
) as Record<Subject, Tracer>;

function nanosecondsPerRequest(tracer: Tracer): number {
  const before = process.threadCpuUsage();
  for (let id = 0; id < REQUESTS_PER_ROUND; id++) serve(tracer, id);
  const used = process.threadCpuUsage(before);
  return ((used.user + used.system) * 1000) / REQUESTS_PER_ROUND;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How busy the machine is: reading one character takes 0.5 to 0.7 ns on an idle one. */
function nanosecondsPerCharacter(): number {
  const text = Buffer.alloc(32_768, 'the quick brown fox ').toString('latin1');
  let sum = 0;
  const read = (): void => {
    for (let at = 0; at < text.length; at++) sum = (sum + text.charCodeAt(at)) | 0;
  };
  for (let count = 0; count < 100; count++) read();
  const before = process.threadCpuUsage();
  for (let count = 0; count < 300; count++) read();
  const used = process.threadCpuUsage(before);
  return ((used.user + used.system) * 1000) / (300 * text.length);
}

console.log(`Node ${process.version}, ${ROUNDS} rounds of ${REQUESTS_PER_ROUND} requests, median CPU`);
const spent: Record<Subject, number[]> = { off: [], on: [] };
const added: number[] = [];
for (let round = -3; round < ROUNDS; round++) {
  const off = nanosecondsPerRequest(tracers.off);
  const on = nanosecondsPerRequest(tracers.on);
  if (round < 0) continue;
  spent.off.push(off);
  spent.on.push(on);
  added.push(on - off);
}
console.log(
  `4 spans: off ${median(spent.off).toFixed(0)} ns, on ${median(spent.on).toFixed(0)} ns, ` +
    `added ${median(added).toFixed(0)} ns; reading a character takes ${nanosecondsPerCharacter().toFixed(2)} ns now`,
);

const CLEAN = {
  'plain text': 'the quick brown fox ',
  'log lines': 'GET /users/42?page=2&sort=name HTTP/1.1 200 12ms ',
  'a statement':
    'SELECT "id", "name" FROM "users" WHERE "id" = $1 AND "state" = $2 ORDER BY "name" LIMIT 10; ',
  'a stack': 'at UsersService.find (file:///app/dist/users/users.service.js:42:17)\n    ',
  JSON: '{"level":"info","order":{"id":42,"items":[1,2,3]},"msg":"placed"} ',
};
const SHORT = [
  'order 42 placed',
  '/users/42?page=2',
  'SELECT "id" FROM "users" WHERE "id" = $1',
  'UsersService.findById',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0',
];
const LENGTH = 30_000;
/** The clock of the CPU goes in steps, so that one sample takes many of them. */
const SAMPLE = 60;
const SAMPLES = 5;
const MOST_PER_MEGABYTE = 10;
const MOST_PER_VALUE = 1;

/** Milliseconds of CPU for one run of each, the best of several samples in turns. */
function best(runs: readonly (() => void)[]): number[] {
  const counts = runs.map((run) => {
    let count = 0;
    for (const before = process.threadCpuUsage(); ;) {
      run();
      count += 1;
      const used = process.threadCpuUsage(before);
      if (used.user + used.system >= SAMPLE * 1000) return count;
    }
  });
  const result = runs.map(() => Infinity);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [index, run] of runs.entries()) {
      const count = counts[index] ?? 1;
      const before = process.threadCpuUsage();
      for (let turn = 0; turn < count; turn++) run();
      const used = process.threadCpuUsage(before);
      result[index] = Math.min(result[index] ?? Infinity, (used.user + used.system) / 1000 / count);
    }
  }
  return result;
}

const others = other === undefined ? [] : [other.redactor];
const redactors = [redactor, ...others];
const megabyte = 1_000_000 / LENGTH;
const missed: string[] = [];

function line(name: string, costs: readonly number[], unit: string): void {
  const [ours = NaN, before = NaN] = costs;
  const compared =
    costs.length < 2 ? '' : `  before ${before.toFixed(2).padStart(7)}  ratio ${(ours / before).toFixed(2)}`;
  console.log(`${name.padEnd(42)} ${ours.toFixed(2).padStart(7)} ${unit}${compared}`);
}

console.log(
  `\nTexts made to be slow, ${LENGTH} characters of each: CPU, best of ${SAMPLES}; ` +
    `only to read a megabyte takes ${nanosecondsPerCharacter().toFixed(2)} ms now`,
);
for (const part of HOSTILE_PARTS) {
  const text = hostileText(part, LENGTH);
  const costs = best(redactors.map((each) => () => void each.text(text, 'log'))).map((ms) => ms * megabyte);
  line(JSON.stringify(part).slice(0, 40), costs, 'ms/MB');
  if ((costs[0] ?? 0) > MOST_PER_MEGABYTE) missed.push(`${JSON.stringify(part).slice(0, 40)} is slow`);
}
console.log('\nTexts with nothing in them');
for (const [name, part] of Object.entries(CLEAN)) {
  const text = hostileText(part, LENGTH);
  const costs = best(redactors.map((each) => () => void each.text(text, 'log'))).map((ms) => ms * megabyte);
  line(name, costs, 'ms/MB');
}
// Each time a new text, for those that were seen are known.
let serial = 0;
const short = best(
  redactors.map((each) => () => {
    serial += 1;
    for (const text of SHORT) each.text(`${text} ${serial}`, 'log');
  }),
);
line(
  'a short text that is new',
  short.map((ms) => (ms * 1_000_000) / SHORT.length),
  'ns',
);

console.log('\nValues made to be slow');
const readError = (error: Error): object => ({ message: error.message, cause: error.cause });
for (const [name, value] of Object.entries(HOSTILE_VALUES)) {
  const costs = best(redactors.map((each) => () => void each.value({ value }, 'log', readError)));
  line(
    name,
    costs.map((ms) => ms * 1000),
    'µs',
  );
  if ((costs[0] ?? 0) > MOST_PER_VALUE) missed.push(name);
}
console.log(`\nreading a character takes ${nanosecondsPerCharacter().toFixed(2)} ns now`);
console.log(
  missed.length === 0
    ? `met    at most ${MOST_PER_MEGABYTE} ms a megabyte and ${MOST_PER_VALUE} ms a value`
    : `MISSED ${missed.join('; ')}`,
);
if (missed.length > 0) process.exitCode = 1;
