import { chmodSync, chownSync, lchownSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestFolder } from '../directory.spec-helper.js';
import { openServiceDirectory } from './private.directory.js';
import { createSpoolDirectory } from './spool.directory.js';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

describe.skipIf(process.platform === 'win32')('A directory for telemetry', () => {
  it('is made for nobody else', () => {
    using folder = new TestFolder();
    const base = join(folder.path, 'a', 'b');
    const { path, lock } = createSpoolDirectory(base, 'orders');
    for (const directory of [base, join(base, 'orders'), path])
      expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'lock')).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it.each([
    ['../../etc', '%2E%2E%2F..%2Fetc'],
    ['a/b', 'a%2Fb'],
    ['..', '%2E%2E'],
  ])('stays where it belongs when the service is called %s', (service, name) => {
    using folder = new TestFolder();
    expect(openServiceDirectory(folder.path, service)).toBe(join(folder.path, name));
  });

  it.each([0o770, 0o702, 0o777])('is refused with mode %o', (mode) => {
    using folder = new TestFolder();
    chmodSync(folder.path, mode);
    expect(() => openServiceDirectory(folder.path, 'orders')).toThrow(/writable by others/);
  });

  it('is refused when it is a link', () => {
    using folder = new TestFolder();
    mkdirSync(join(folder.path, 'target'), { mode: 0o700 });
    symlinkSync(join(folder.path, 'target'), join(folder.path, 'link'));
    expect(() => openServiceDirectory(join(folder.path, 'link'), 'orders')).toThrow(/link/);
    symlinkSync(join(folder.path, 'target'), join(folder.path, 'target', 'orders'));
    expect(() => openServiceDirectory(join(folder.path, 'target'), 'orders')).toThrow(/link/);
  });

  it('is refused below a directory that others can write, unless that is sticky', () => {
    using folder = new TestFolder();
    const base = join(folder.path, 'spool');
    chmodSync(folder.path, 0o777);
    expect(() => openServiceDirectory(base, 'orders')).toThrow(/exchange/);
    chmodSync(folder.path, 0o1777);
    expect(openServiceDirectory(base, 'orders')).toBe(join(base, 'orders'));
  });

  it.skipIf(!isRoot)('is refused when it or what is above it belongs to somebody else', () => {
    using folder = new TestFolder();
    const above = join(folder.path, 'above');
    mkdirSync(join(above, 'spool'), { recursive: true, mode: 0o700 });
    chownSync(join(above, 'spool'), NOBODY, NOBODY);
    expect(() => openServiceDirectory(join(above, 'spool'), 'orders')).toThrow(/another user/);
    chownSync(join(above, 'spool'), 0, 0);
    chownSync(above, NOBODY, NOBODY);
    expect(() => openServiceDirectory(join(above, 'spool'), 'orders')).toThrow(/another user/);
    symlinkSync(folder.path, join(folder.path, 'link'));
    lchownSync(join(folder.path, 'link'), NOBODY, NOBODY);
    expect(() => openServiceDirectory(join(folder.path, 'link', 'spool'), 'orders')).toThrow(/another user/);
  });
});
