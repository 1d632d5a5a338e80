import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildGoProgram, hasGo } from '../go.program.js';

/** Kafka brokers to test against, as `host:port`. */
export interface KafkaService extends AsyncDisposable {
  readonly brokers: readonly string[];
}

/** Why there can be no Kafka here; undefined when `KAFKA_BROKERS` names one or one can be built. */
export async function whyNoKafka(): Promise<string | undefined> {
  if (process.env['KAFKA_BROKERS'] !== undefined) return undefined;
  return !(await hasGo()) ? 'neither KAFKA_BROKERS nor a Go toolchain to build a broker with' : undefined;
}

/** The brokers of `KAFKA_BROKERS`, or one that is built and started here. */
export async function startKafka(): Promise<KafkaService> {
  const configured = process.env['KAFKA_BROKERS'];
  if (configured !== undefined) {
    return { brokers: configured.split(','), async [Symbol.asyncDispose]() {} };
  }
  const broker = spawn(await buildGoProgram(import.meta.dirname), { stdio: ['pipe', 'pipe', 'inherit'] });
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
