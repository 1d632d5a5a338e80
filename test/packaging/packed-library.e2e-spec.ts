import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readManifest, readText } from '../../tools/libraries.ts';
import { buildBundle } from './bundle.js';
import { Consumer } from './consumer.js';
import { packagesOfTypes } from './declared-imports.js';
import { installOldestNode, OLDEST_NODE } from './oldest-node.js';
import { type Outcome, runProgram } from './program.js';
import { unusedPort } from '../../tools/start/ports.ts';

const oldestNode = installOldestNode();
const TIMEOUT = 120_000;
const DASHBOARD = '@nest-telemetry/dashboard';

const TRACED = {
  ended: 0,
  spans: [
    'client GET',
    'internal ItemsService.find',
    'internal nestjs.bootstrap',
    'internal nestjs.shutdown',
    'server GET /items/:id http.route=/items/:id',
  ],
};

let consumer: Consumer;
beforeAll(() => {
  consumer = new Consumer();
}, TIMEOUT);
afterAll(() => consumer[Symbol.dispose]());

describe('the packed library', () => {
  it('holds code, sources, licence and a README, and nothing of the tests', () => {
    expect(filesOf(consumer)).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'package.json',
        join('dist', 'index.js'),
        join('src', 'index.ts'),
      ]),
    );
    expect(
      filesOf(consumer).filter((file) => /\.spec|fixtures|tsconfig|tsdoc|\.complete/.test(file)),
    ).toEqual([]);
  });

  it('has every file that its entries and side effects name', () => {
    const folder = consumer.installed('nest-telemetry');
    const { exports, sideEffects = [] } = readManifest(folder);
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? target : Object.values(target),
    );
    expect(filesOf(consumer)).toEqual(
      expect.arrayContaining([...targets, ...sideEffects].map((target) => join(target))),
    );
  });

  it('mentions no optional peer in the types of its main entry, and nothing undeclared in any', () => {
    const folder = consumer.installed('nest-telemetry');
    const {
      dependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
      exports,
    } = readManifest(folder);
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    // Jest's types are added to where they are installed, and ignored where they are not.
    const extended = ['expect'];
    const always = declared.filter((name) => !peerDependenciesMeta[name]?.optional);
    const main = packagesOfTypes(join(folder, 'dist', 'index.d.ts'));
    expect(main).toContain('@nestjs/common');
    expect(main.filter((name) => !always.includes(name))).toEqual([]);
    for (const target of Object.values(exports)) {
      if (typeof target === 'string') continue;
      const mentioned = packagesOfTypes(join(folder, target.types));
      expect(mentioned.filter((name) => ![...declared, ...extended].includes(name))).toEqual([]);
    }
  });
});

describe('an application of its own', { timeout: TIMEOUT }, () => {
  let [esm, cjs] = ['', ''];
  beforeAll(() => {
    esm = consumer.compileShop('module', 'typescript7');
    cjs = consumer.compileShop('commonjs', 'typescript');
  }, TIMEOUT);

  it('in ES modules makes a span with its route, and ends by itself', async () => {
    expect(summary(await runProgram(esm))).toEqual({ ...TRACED, stderr: '' });
  });

  it('in CommonJS modules does the same, and require() gives no warning', async () => {
    expect(readText(cjs)).toContain('require("nest-telemetry")');
    expect(summary(await runProgram(cjs))).toEqual({ ...TRACED, stderr: '' });
  });

  describe.skipIf(oldestNode === undefined)(`on Node ${OLDEST_NODE}`, () => {
    it('in ES modules does the same', async () => {
      expect(summary(await runProgram(esm, { node: oldestNode }))).toEqual({ ...TRACED, stderr: '' });
    });

    it('in CommonJS modules does the same', async () => {
      expect(summary(await runProgram(cjs, { node: oldestNode }))).toMatchObject(TRACED);
    });
  });
});

describe("a bundle made by the Nest CLI's rspack builder", { timeout: TIMEOUT }, () => {
  it('makes the spans of the service it was made of', async () => {
    const port = await unusedPort();
    const outcome = await runProgram(buildBundle(consumer, 'user'), {
      cwd: consumer.folder,
      environment: { PORT: String(port), DATABASE_PATH: ':memory:' },
      use: async (child) => {
        while (child.exitCode === null && !(await answers(`http://127.0.0.1:${port}/health`)))
          await delay(50);
        expect(await answers(`http://127.0.0.1:${port}/users/1`)).toBe(true);
      },
    });
    const { ended, spans, stderr } = summary(outcome);
    // Nest's shutdown hooks end the process by the signal that asked for it.
    expect({ ended, stderr }).toEqual({ ended: 'SIGTERM', stderr: '' });
    expect(spans).toEqual(expect.arrayContaining(['internal UsersService.get', 'client SELECT users']));
    expect(spans.filter((span) => span.startsWith('server'))).toEqual([
      'server GET /users/:id http.route=/users/:id',
    ]);
  });
});

describe('the packed dashboard', { timeout: TIMEOUT }, () => {
  const MOST_KILOBYTES = 200;

  it('has every file that its entries, programs and side effects name, and nothing of the tests', () => {
    const folder = consumer.installed(DASHBOARD);
    const { exports, sideEffects = [], bin = {} } = readManifest(folder);
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? target : Object.values(target),
    );
    const files = filesOf(consumer, DASHBOARD);
    const named = [...targets, ...sideEffects, ...Object.values(bin), 'dist/ui/index.html'].map((file) =>
      join(file),
    );
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
    expect(files.filter((file) => /spec|fixtures|tsconfig|\.complete/.test(file))).toEqual([]);
  });

  it('asks for no package but the wire format, and runs nothing when it is installed', () => {
    const manifest = JSON.parse(readText(consumer.installed(DASHBOARD), 'package.json')) as {
      dependencies: object;
      scripts?: object;
    };
    expect(Object.keys(manifest.dependencies)).toEqual(['@nest-telemetry/otlp']);
    expect(manifest.scripts).toBeUndefined();
  });

  it(`brings a page of at most ${MOST_KILOBYTES} kB, compressed`, () => {
    const folder = consumer.installed(DASHBOARD);
    const bytes = filesOf(consumer, DASHBOARD)
      .filter((file) => file.startsWith(join('dist', 'ui')) && /\.(js|css|html|svg|woff2)$/.test(file))
      .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(MOST_KILOBYTES * 1000);
  });

  it('serves its page, with nothing installed beside it', async () => {
    const cli = join(consumer.installed(DASHBOARD), 'dist', 'cli.js');
    const ports = ['--port', '0', '--otlp-http-port', '0', '--no-grpc'];
    const directory = join(consumer.folder, 'dashboard');
    const child = spawn(process.execPath, [cli, '--directory', directory, ...ports]);
    try {
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      await vi.waitUntil(() => output.includes('Ctrl-C') || child.exitCode !== null, { timeout: 20_000 });
      const [url = ''] = /http:\S+token=\w+/.exec(output) ?? [];
      const { origin } = new URL(url);
      const page = await (await fetch(origin)).text();
      const [, script = ''] = /src="(\/assets\/\S+\.js)"/.exec(page) ?? [];
      expect((await fetch(origin + script)).status).toBe(200);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

function filesOf(owner: Consumer, name = 'nest-telemetry'): string[] {
  return readdirSync(owner.installed(name), { recursive: true }).map(String);
}

/** What is the same in every run: each span as its kind, name and route. */
function summary({ ended, stderr, spans }: Outcome) {
  return {
    ended,
    stderr,
    spans: spans
      // Which modules and providers are slow enough for a span depends on the machine.
      .filter(({ name }) => !name.endsWith(' created'))
      .map(({ kind, name, attributes: { 'http.route': route } }) =>
        [kind, name, ...(typeof route === 'string' ? [`http.route=${route}`] : [])].join(' '),
      )
      .toSorted(),
  };
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    async (response) => (await response.text(), response.ok),
    () => false,
  );
}
