// Prints the CPU time one log line costs, in turns so that a busy machine slows all alike, and whether the targets are met:
// `node test/bench/micro/logs.ts [rounds]` after `npm run build:lib`.
import { decodeLogs } from '@nest-telemetry/otlp';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { prepare } from '../prepare.ts';

const SUBJECTS = [
  'pino',
  'nest-telemetry',
  'nest-telemetry + OTLP',
  'instrumentation-pino + OTLP',
  'pinoTelemetry()',
] as const;
export type LogSubject = (typeof SUBJECTS)[number];

/** Nanoseconds for each line, and for each call of a level that is off. */
export interface LogReport {
  readonly line: number;
  readonly disabled: number;
}

const ROUNDS = Number(process.argv[2] ?? 15);
const LINES = 10_000;
const WARM_UP = 2;

prepare();

let arrived = 0;
const sink = createServer((request, response) => {
  void buffer(request).then((body) => {
    if (request.url === '/v1/logs') {
      for (const { scopeLogs } of decodeLogs(body).resourceLogs)
        for (const { logRecords } of scopeLogs) arrived += logRecords.length;
    }
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
await once(sink.listen(0, '127.0.0.1'), 'listening');
const endpoint = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;

interface Running {
  readonly subject: LogSubject;
  readonly child: ChildProcess;
  readonly lines: number[];
  readonly disabled: number[];
  written: number;
}

async function start(subject: LogSubject): Promise<Running> {
  // A pipe, as containers have it, which is read at once.
  const child = fork(new URL('log-subject.ts', import.meta.url), [subject, endpoint], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const running: Running = { subject, child, lines: [], disabled: [], written: 0 };
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) running.written += 1;
  });
  await once(child, 'message');
  return running;
}

async function measure(running: Running, keep: boolean): Promise<void> {
  const { child, subject } = running;
  running.written = 0;
  arrived = 0;
  const reported = once(child, 'message') as Promise<[LogReport]>;
  child.send(LINES);
  const [report] = await reported;
  const sent = subject.endsWith('OTLP') ? LINES : 0;
  const isAllThere = (): boolean => running.written >= LINES && arrived >= sent;
  for (let turn = 0; turn < 1000 && !isAllThere(); turn += 1)
    await new Promise((resolve) => void setTimeout(resolve, 10));
  if (running.written !== LINES || arrived !== sent)
    throw new Error(
      `${subject}: ${running.written} lines of ${LINES} were written, ${arrived} of ${sent} sent`,
    );
  if (!keep) return;
  running.lines.push(report.line);
  running.disabled.push(report.disabled);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const subjects: Running[] = [];
try {
  for (const subject of SUBJECTS) subjects.push(await start(subject));
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const subject of subjects) await measure(subject, round >= 0);
  }
} finally {
  for (const { child } of subjects) child.kill();
  sink.close();
}

console.log(`Node ${process.version}, ${ROUNDS} rounds of ${LINES} lines, median CPU ns`);
for (const { subject, lines, disabled } of subjects) {
  const off = median(disabled).toFixed(0).padStart(4);
  console.log(
    `${subject.padEnd(28)} a line ${median(lines).toFixed(0).padStart(6)}  a level that is off ${off}`,
  );
}
const [pino = NaN, line = NaN, both = NaN, peer = NaN, preset = NaN] = subjects.map(({ lines }) =>
  median(lines),
);
const off = median(subjects[1]?.disabled ?? []);
const verdicts: readonly (readonly [target: string, pass: boolean])[] = [
  [
    `a line with trace ids costs at most 2 µs more than pino's own: ${(line - pino).toFixed(0)} ns`,
    line <= pino + 2000,
  ],
  [
    `a line of pino with trace ids and without secrets costs at most 2 µs more than pino's own: ${(preset - pino).toFixed(0)} ns`,
    preset <= pino + 2000,
  ],
  [`a level that is off costs at most 50 ns: ${off.toFixed(1)} ns`, off <= 50],
  [
    `stdout and OTLP cost at most half of instrumentation-pino's: ${(both / peer).toFixed(2)}`,
    both <= peer / 2,
  ],
];
for (const [target, pass] of verdicts) console.log(`${pass ? 'met   ' : 'MISSED'} ${target}`);
if (verdicts.some(([, pass]) => !pass)) process.exitCode = 1;
