import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeanMeterProvider } from '../../sdk/meter/lean.meter-provider.js';
import { observeWarnings } from '../../telemetry.warnings.js';
import { METRICS } from '../catalog.js';
import { meterProvider } from '../global.meter-provider.js';
import { PageReader } from '../../sdk/page.reader.js';
import { WorkerFolder } from './worker.folder.js';
import { WorkerGroup } from './worker.group.js';
import { workerIdentity } from './worker.identity.js';

const PATIENCE_MILLIS = 100;
const pageOf = (text: string) => async () => [Buffer.from(text), Buffer.from(`of ${text}\n`)];

describe('A group of workers', () => {
  const warnings: string[] = [];
  const groups: WorkerGroup[] = [];
  let reader: PageReader;
  let home: string;
  let before: string | undefined;
  let restore: () => void;

  beforeEach(() => {
    reader = new PageReader();
    before = process.env['TMPDIR'];
    home = mkdtempSync(join(tmpdir(), 'nt-'));
    process.env['TMPDIR'] = home;
    restore = observeWarnings((code, text) => warnings.push(`${code} ${text}`));
    meterProvider.setDelegate(
      new LeanMeterProvider({ resource: resourceFromAttributes({}), readers: [reader] }),
    );
  });
  afterEach(async () => {
    await Promise.all(groups.splice(0).map((group) => group.leave()));
    meterProvider.setDelegate(undefined);
    restore();
    warnings.length = 0;
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(home, { recursive: true });
  });

  function worker(id: string, group = 'shop'): WorkerGroup {
    const made = new WorkerGroup({ id, group }, PATIENCE_MILLIS);
    groups.push(made);
    return made;
  }

  async function pagesFor(group: WorkerGroup, contentType = 'text/plain'): Promise<string[]> {
    return (await group.pages(contentType)).map(String).toSorted();
  }

  async function unanswered(): Promise<unknown[]> {
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const name = METRICS.metricsWorkersUnanswered.name;
    const found = metrics.find(({ descriptor }) => descriptor.name === name);
    return found?.dataPoints.map(({ attributes, value }) => ({ ...attributes, value })) ?? [];
  }

  it('gives each the pages of all others, in the format that is asked for', async () => {
    const [one, two, three] = [worker('1'), worker('2'), worker('3')];
    await one.join(pageOf('one'));
    await two.join(pageOf('two'));
    await three.join(async (contentType) => [Buffer.from(contentType)]);
    expect(await pagesFor(one, 'text/plain; version=0.0.4')).toEqual([
      'text/plain; version=0.0.4',
      'twoof two\n',
    ]);
    expect(await pagesFor(three)).toEqual(['oneof one\n', 'twoof two\n']);
  });

  it('is of one application only', async () => {
    const [one, other] = [worker('1'), worker('2', 'other')];
    await one.join(pageOf('one'));
    await other.join(pageOf('other'));
    expect(await pagesFor(one)).toEqual([]);
  });

  it('forgets who has left or died, and is not counted as incomplete for that', async () => {
    const [one, two] = [worker('1'), worker('2')];
    await one.join(pageOf('one'));
    await two.join(pageOf('two'));
    await two.leave();
    const { path } = new WorkerFolder('shop');
    writeFileSync(join(path, '3'), '');
    expect(await pagesFor(one)).toEqual([]);
    expect(readdirSync(path)).toEqual(['1']);
    expect(await unanswered()).toEqual([]);
    await two.join(pageOf('two again'));
    expect(await pagesFor(one)).toEqual(['two againof two again\n']);
  });

  it('goes without who does not answer in time or breaks off, and says so', async () => {
    const [one, two, three, four] = [worker('1'), worker('2'), worker('3'), worker('4')];
    await one.join(pageOf('one'));
    await two.join(() => new Promise(() => undefined));
    await three.join(async () => {
      throw new Error('no');
    });
    await four.join(pageOf('four'));
    const liar = createServer((socket) => socket.end('100\nshort'));
    const { path } = new WorkerFolder('shop');
    await new Promise<void>((resolve) => liar.listen(join(path, '5'), resolve));
    expect(await pagesFor(one)).toEqual(['fourof four\n']);
    liar.close();
    expect(await unanswered()).toEqual(
      expect.arrayContaining([
        { reason: 'timeout', value: 1 },
        { reason: 'cut_off', value: 2 },
      ]),
    );
    expect(warnings.join()).toContain('NT_METRICS_COLLECTION_FAILED');
  });

  it('closes on who talks too much, and goes on', async () => {
    const [one, two] = [worker('1'), worker('2')];
    await one.join(pageOf('one'));
    await two.join(pageOf('two'));
    expect(await pagesFor(one, 'x'.repeat(100_000))).toEqual([]);
    expect(await pagesFor(one)).toEqual(['twoof two\n']);
  });

  it('does not meet where others can look in, and says so', async () => {
    const { path } = new WorkerFolder('shop');
    mkdirSync(path);
    chmodSync(path, 0o755);
    const one = worker('1');
    await one.join(pageOf('one'));
    expect(readdirSync(path)).toEqual([]);
    expect(await pagesFor(one)).toEqual([]);
    expect(warnings.join()).toMatch(/NT_METRICS_WORKERS_APART .* others can look into it/);
  });

  it('does not meet where there is no room, and says so', async () => {
    process.env['TMPDIR'] = join(home, 'x'.repeat(150));
    const one = worker('1');
    await one.join(pageOf('one'));
    expect(await pagesFor(one)).toEqual([]);
    expect(warnings.join()).toContain('NT_METRICS_WORKERS_APART');
  });

  it('is joined also while the last one leaves', async () => {
    for (let round = 0; round < 30; round += 1) {
      const [one, two, three] = [worker('1'), worker('2'), worker('3')];
      await one.join(pageOf('one'));
      await Promise.all([one.leave(), two.join(pageOf('two'))]);
      await three.join(pageOf('three'));
      expect(await pagesFor(three)).toEqual(['twoof two\n']);
      await Promise.all([two.leave(), three.leave()]);
    }
    expect(warnings).toEqual([]);
  });

  it('takes its folder along when the last one leaves', async () => {
    const [one, two] = [worker('1'), worker('2')];
    await one.join(pageOf('one'));
    await two.join(pageOf('two'));
    const { path } = new WorkerFolder('shop');
    await one.leave();
    expect(existsSync(path)).toBe(true);
    await two.leave();
    expect(existsSync(path)).toBe(false);
  });
});

it('A process outside a cluster is no worker', () => {
  expect(workerIdentity(['shop'])).toBeUndefined();
});
