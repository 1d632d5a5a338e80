// The thread of the store: decodes, writes, evicts and answers queries, so that the one which talks to browsers and
// applications never waits for a file.
import { parentPort, workerData } from 'node:worker_threads';
import { OtlpDecodeError } from '@nest-telemetry/otlp';
import { DashboardError } from '../dashboard.errors.js';
import { QUERIES } from '../query/queries.js';
import { type IngestResult, Store } from './store.js';
import type { StoreAnswer, StoreRequest, StoreWorkerData } from './store.protocol.js';

type Asked = Extract<StoreRequest, { kind: 'query' | 'json' }>;

const port = parentPort;
if (port === null) throw new Error('This module runs on a thread of its own.');

/** What is being written, step by step. */
interface Writing {
  readonly id: number;
  readonly steps: Generator<void, IngestResult>;
}

let opened: Store | undefined;
const waiting: Extract<StoreRequest, { kind: 'ingest' }>[] = [];
let writing: Writing | undefined;

port.on('message', (request: StoreRequest) => {
  switch (request.kind) {
    case 'open':
      return answer(request.id, () => {
        opened = new Store(workerData as StoreWorkerData);
      });
    case 'ingest':
      waiting.push(request);
      idleTurns = 0;
      return work();
    // Queries go ahead of what waits to be written: somebody looks at a page.
    case 'query':
      return answer(request.id, () => ask(request));
    case 'json':
      return answerJson(request);
    case 'close':
      while (writing !== undefined || waiting.length > 0) write();
      answer(request.id, () => opened?.close());
      port.close();
  }
});

function store(): Store {
  if (opened === undefined) throw new DashboardError('ND_STORE_CLOSED', 'The store is not open.');
  return opened;
}

function ask({ name, parameters }: Asked): unknown {
  return (QUERIES[name] as (store: Store, parameters: unknown) => unknown)(store(), parameters);
}

/** In turn, and each a little: nobody who asks waits for longer than one of them takes. */
const JOBS: readonly (() => boolean)[] = [writeUnlessFull, evict, mergeTokens];
let nextJob = 0;
let idleTurns = JOBS.length;
let isTurnComing = false;

/** One job per turn of the loop, so that queries get in between; until none of them has anything to do. */
function work(): void {
  if (isTurnComing || idleTurns >= JOBS.length) return;
  isTurnComing = true;
  setImmediate(() => {
    isTurnComing = false;
    const isBusy = JOBS[nextJob]?.() ?? false;
    nextJob = (nextJob + 1) % JOBS.length;
    idleTurns = isBusy ? 0 : idleTurns + 1;
    work();
  });
}

/** A request, or a step of a large one. Tells whether there was one. */
function write(): boolean {
  if (writing === undefined) {
    const next = waiting.shift();
    if (next === undefined) return false;
    try {
      writing = { id: next.id, steps: store().ingesting(next) };
    } catch (error) {
      answer(next.id, () => {
        throw error;
      });
      return true;
    }
  }
  const { id, steps } = writing;
  let step: IteratorResult<void, IngestResult> | undefined;
  try {
    step = steps.next();
    if (step.done !== true) return true;
  } catch (error) {
    writing = undefined;
    answer(id, () => {
      throw error;
    });
    return true;
  }
  writing = undefined;
  const { value } = step;
  answer(id, () => value);
  return true;
}

/** What cannot be made room for, on a full disk for one, is written all the same: its sender is told that it failed. */
function writeUnlessFull(): boolean {
  if (opened?.isOverfull === true && canEvict) return writing !== undefined || waiting.length > 0;
  return write();
}

let canEvict = true;

function evict(): boolean {
  try {
    return (canEvict = store().evict());
  } catch {
    // A full disk, for one: the next request tells its sender.
    return (canEvict = false);
  }
}

function mergeTokens(): boolean {
  try {
    return store().mergeTokens();
  } catch {
    return false;
  }
}

function answerJson(request: Asked): void {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  answer(
    request.id,
    () => {
      const text = JSON.stringify(ask(request)) as string | undefined;
      bytes = text === undefined ? undefined : new TextEncoder().encode(text);
      return bytes;
    },
    () => (bytes === undefined ? [] : [bytes.buffer]),
  );
}

function answer(id: number, run: () => unknown, transfer: () => ArrayBuffer[] = () => []): void {
  let message: StoreAnswer;
  try {
    message = { id, result: run() };
  } catch (error) {
    const isOurs = error instanceof DashboardError || error instanceof OtlpDecodeError;
    const text = error instanceof Error ? error.message : String(error);
    message = { id, error: { code: isOurs ? error.code : 'ND_STORE_FAILED', message: text } };
  }
  port?.postMessage(message, 'error' in message ? [] : transfer());
}
