import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  coreOf,
  formsOf,
  type Secret,
  SecretMaker,
} from '../../../libs/telemetry/src/processors/redaction/secrets.spec-helper.js';
import { build } from '../../../tools/start/build.js';
import { receiveHttp, type Receiver } from '../otlp.receiver.js';
import { Program } from '../program.js';
import { unusedPort } from '../../../tools/start/ports.js';

const SEED = Number(process.env['REDACTION_SEED'] ?? Date.now() % 1_000_000_007);
const SECRETS = new SecretMaker(SEED).make(240);
const NAME_OF_OTHERS = 'note';
const nameOf = ({ name }: Secret): string => name ?? NAME_OF_OTHERS;
/** Headers and queries have one line. */
const onOneLine = SECRETS.filter(({ value }) => !value.includes('\n'));

/** One service and everything that left it. */
interface Subject {
  readonly name: string;
  readonly program: Program;
  readonly url: string;
  page: string;
}

/** Sends every secret by every way in. */
async function plant(url: string, path: string): Promise<void> {
  const send = async (target: string, init?: RequestInit): Promise<void> => {
    const response = await fetch(new URL(target, url), init);
    await response.arrayBuffer();
  };
  for (const secret of SECRETS) {
    const name = nameOf(secret);
    const { value } = secret;
    const json = { 'content-type': 'application/json', 'x-fail': '1' };
    const query = `${name}=${encodeURIComponent(value)}`;
    // One after the other, so that the queue of spans is never full.
    await send(`${path}?${query}`);
    await send(`${path}/${name}=${encodeURIComponent(value)}?${query}`, { headers: { 'x-fail': '1' } });
    await send(`${path}?${query}`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ [name]: value, nested: [{ [name]: value }] }),
    });
    if (!onOneLine.includes(secret)) continue;
    await send(path, {
      headers: {
        [name === 'cookie' ? 'cookie' : `x-${name}`]: value,
        authorization: value.startsWith('B') ? value : `Bearer ${value}`,
        'user-agent': `agent (${name}=${value})`,
        // A password that is called a tenant is one to nobody.
        baggage: `${secret.name === undefined ? `tenant=${encodeURIComponent(value)},` : ''}${name}=${encodeURIComponent(value)}`,
        referer: `http://shop.example/?${query}`,
      },
    });
  }
}

/** What can be found of the secrets in some text, with a little of what stands around it. */
function found(where: string, text: string): string[] {
  return SECRETS.flatMap((secret) =>
    formsOf(coreOf(secret)).flatMap((form) => {
      const at = text.indexOf(form);
      return at < 0
        ? []
        : [`${where}, ${secret.kind}: …${text.slice(Math.max(0, at - 80), at + form.length + 20)}…`];
    }),
  );
}

async function filesIn(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => ({
      name,
      text: await readFile(join(parentPath, name), 'latin1'),
    })),
  );
}

describe(`${SECRETS.length} secrets sent to the real services in every way (REDACTION_SEED=${SEED})`, () => {
  let receiver: Receiver;
  let folder: string;
  const subjects: Subject[] = [];

  beforeAll(async () => {
    await build(
      { dashboard: false },
      { step: (_title, run) => run() } as Parameters<typeof build>[1],
      new AbortController().signal,
    );
    receiver = await receiveHttp();
    folder = await mkdtemp(join(tmpdir(), 'nt-redaction-'));
    for (const name of ['user', 'order']) {
      const [port, events] = [await unusedPort(), await unusedPort()];
      const program = new Program('careless.mjs', {
        settings: { service: name },
        env: {
          HOST: '127.0.0.1',
          PORT: String(port),
          BROKER_URL: `tcp://127.0.0.1:${events}`,
          DATABASE_PATH: ':memory:',
          RESTOCK_CRON: 'off',
          TMPDIR: folder,
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
          OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
          OTEL_BSP_SCHEDULE_DELAY: '200',
          OTEL_RESOURCE_ATTRIBUTES: SECRETS.slice(0, 30)
            .filter((secret) => onOneLine.includes(secret))
            .map((secret, index) => `planted.${index}.${nameOf(secret)}=${encodeURIComponent(secret.value)}`)
            .join(','),
          LOG_FORMAT: 'json',
        },
      });
      subjects.push({ name, program, url: await program.says('url'), page: '' });
    }
    for (const subject of subjects) {
      await plant(subject.url, subject.name === 'user' ? '/users' : '/orders');
      subject.page = await (await fetch(new URL('/metrics', subject.url))).text();
      subject.program.kill('SIGTERM');
      await subject.program.ended;
    }
  }, 280_000);

  afterAll(async () => {
    for (const { program } of subjects) await program[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('are in no request to the collector', () => {
    const bodies = receiver.received.map(({ path, body }) => ({ path, text: body.toString('latin1') }));
    expect(bodies.flatMap(({ path, text }) => found(path, text)).slice(0, 20)).toEqual([]);
    // What was looked through is what the requests made.
    const names = new Set(receiver.spans().map(({ name }) => name));
    for (const name of ['POST /users', 'POST /orders', 'carry baggage']) expect(names).toContain(name);
    expect(receiver.spans().length).toBeGreaterThan(SECRETS.length * 8);
    expect(receiver.metricNames()).toContain('careless.requests');
    const all = bodies.map(({ text }) => text).join('');
    for (const rule of [
      'email',
      'jwt',
      'card',
      'iban',
      'private_key',
      'cloud_key',
      'password',
      'cookie',
      'identity',
    ])
      expect(all).toContain(`[redacted:${rule}]`);
  });

  it('are in no line on standard output or standard error', () => {
    for (const { name, program } of subjects) {
      expect(found(`stdout of ${name}`, program.stdout).slice(0, 20)).toEqual([]);
      expect(found(`stderr of ${name}`, program.stderr).slice(0, 20)).toEqual([]);
      expect(program.stdout.split('\n').length).toBeGreaterThan(SECRETS.length * 4);
      expect(program.stdout).toContain('[redacted:');
    }
  });

  it('are not on the metrics page', () => {
    for (const { name, page } of subjects) {
      expect(found(`/metrics of ${name}`, page).slice(0, 20)).toEqual([]);
      expect(page).toContain('careless_requests_total');
    }
  });

  it('are in no file that was written', async () => {
    const files = await filesIn(folder);
    expect(files.flatMap(({ name, text }) => found(name, text)).slice(0, 20)).toEqual([]);
  });
});
