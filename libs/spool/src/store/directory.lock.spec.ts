import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestFolder } from '../directory.spec-helper.js';
import { lockFile } from './directory.lock.js';

it('A lock is held by one at a time, in this process too', () => {
  using folder = new TestFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, '');
  const lock = lockFile(path);
  expect(lock).toBeDefined();
  expect(lockFile(path)).toBeUndefined();
  lock?.release();
  lock?.release();
  const again = lockFile(path);
  expect(again).toBeDefined();
  again?.release();
});

it('A lock ends with the process that holds it, even when that is killed', async () => {
  using folder = new TestFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, '');
  const code = `
    const { DatabaseSync } = require('node:sqlite');
    globalThis.database = new DatabaseSync(process.argv[1]);
    database.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['-e', code, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(other.stdout, 'data');
    expect(lockFile(path)).toBeUndefined();
  } finally {
    other.kill('SIGKILL');
    await once(other, 'close');
  }
  const lock = lockFile(path);
  expect(lock).toBeDefined();
  lock?.release();
});
