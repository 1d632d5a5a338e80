import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const SOURCES = import.meta.dirname;
const CACHE = join(SOURCES, '..', '..', '..', 'node_modules', '.cache', 'kafka');
// Where Go installs itself, for shells that have not been told.
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin'];

/** Kafka brokers to test against, as `host:port`. */
export interface KafkaService extends AsyncDisposable {
  readonly brokers: readonly string[];
}

/** Why there can be no Kafka here; undefined when `KAFKA_BROKERS` names one or one can be built. */
export async function whyNoKafka(): Promise<string | undefined> {
  if (process.env['KAFKA_BROKERS'] !== undefined) return undefined;
  return (await go()) === undefined
    ? 'neither KAFKA_BROKERS nor a Go toolchain to build a broker with'
    : undefined;
}

/** The brokers of `KAFKA_BROKERS`, or one that is built and started here. */
export async function startKafka(): Promise<KafkaService> {
  const configured = process.env['KAFKA_BROKERS'];
  if (configured !== undefined) {
    return { brokers: configured.split(','), async [Symbol.asyncDispose]() {} };
  }
  const broker = spawn(await build(), { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(broker, 'close');
  const lines = createInterface({ input: broker.stdout });
  const [address] = (await Promise.race([
    once(lines, 'line'),
    ended.then(() => {
      throw new Error('The Kafka broker ended at once.');
    }),
  ])) as string[];
  return {
    brokers: [address ?? ''],
    async [Symbol.asyncDispose]() {
      broker.stdin.end();
      await ended;
    },
  };
}

/** Built once for its sources, and kept. */
async function build(): Promise<string> {
  const sources = await Promise.all(
    ['main.go', 'go.mod', 'go.sum'].map((name) => readFile(join(SOURCES, name))),
  );
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source);
  const binary = join(CACHE, `broker-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(binary)) return binary;
  await mkdir(CACHE, { recursive: true });
  // Two runs may build at once; a name of its own each, and the last rename wins.
  const made = `${binary}.${process.pid}`;
  await promisify(execFile)((await go()) ?? 'go', ['build', '-o', made, '.'], { cwd: SOURCES });
  await rename(made, binary);
  return binary;
}

async function go(): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = join(folder, 'go');
    if (await exists(path)) return path;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
