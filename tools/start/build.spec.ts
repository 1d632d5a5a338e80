import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStale } from './build.ts';

const BEFORE = new Date('2026-01-01T00:00:00Z');
const BUILT = new Date('2026-01-02T00:00:00Z');
const AFTER = new Date('2026-01-03T00:00:00Z');

describe('isStale', () => {
  let folder: string;
  const at = (...path: string[]) => join(folder, ...path);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'build-spec-'));
    await mkdir(at('src', 'orders'), { recursive: true });
    await mkdir(at('dist'));
    const sources = [at('package.json'), at('src', 'main.ts'), at('src', 'orders', 'order.ts')];
    for (const file of [...sources, at('dist', '.complete')]) await writeFile(file, '');
    for (const path of [...sources, at('src', 'orders'), at('src')]) await utimes(path, BEFORE, BEFORE);
    await utimes(at('dist', '.complete'), BUILT, BUILT);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is false while nothing changed', async () => {
    expect(await isStale(folder)).toBe(false);
  });

  it('is true without a complete build', async () => {
    await rm(at('dist', '.complete'));
    expect(await isStale(folder)).toBe(true);
  });

  it.each([
    ['a source deep down', 'src/orders/order.ts'],
    ['a setting', 'package.json'],
  ])('is true when %s changed', async (_case, path) => {
    await utimes(at(path), AFTER, AFTER);
    expect(await isStale(folder)).toBe(true);
  });

  it('is true when a source was deleted', async () => {
    await rm(at('src', 'orders', 'order.ts'));
    expect(await isStale(folder)).toBe(true);
  });
});
