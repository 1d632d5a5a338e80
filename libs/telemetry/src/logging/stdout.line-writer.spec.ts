import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const writer = new URL('stdout.line-writer.ts', import.meta.url).href;

/** Runs a program beside this one; its stdout is ours to break. */
function run(program: string) {
  const source = `import { stdoutLineWriter } from ${JSON.stringify(writer)};\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, stderr: () => stderr, exited: once(child, 'close') };
}

describe('stdout', () => {
  it('gets every line, whole and in order', async () => {
    const { child, exited } = run(`
      for (let i = 0; i < 2000; i += 1) stdoutLineWriter.write(i + ' ' + 'x'.repeat(200) + '\\n');
      process.exitCode = 3;
    `);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    expect((await exited)[0]).toBe(3);
    const lines = text.split('\n').slice(0, -1);
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: 2000 }, (_, i) => i));
  });

  it('may lose its reader without ending the process', async () => {
    const { child, stderr, exited } = run(`
      process.stdin.once('data', () => {
        let left = 200;
        const timer = setInterval(() => {
          stdoutLineWriter.write('line\\n');
          if ((left -= 1) === 0) { clearInterval(timer); console.error('alive'); process.exit(7); }
        }, 1);
      });
      stdoutLineWriter.write('ready\\n');
    `);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.write('go');
    expect((await exited)[0]).toBe(7);
    expect(stderr()).toBe('alive\n');
  });

  it('leaves an error to an application that listens to it', async () => {
    const { child, stderr, exited } = run(`
      process.stdout.once('error', (error) => { console.error(error.code); process.exit(5); });
      process.stdin.once('data', () => setInterval(() => stdoutLineWriter.write('line\\n'), 1));
      stdoutLineWriter.write('ready\\n');
    `);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.write('go');
    expect((await exited)[0]).toBe(5);
    expect(stderr()).toBe('EPIPE\n');
  });

  it('may be ended, destroyed or replaced by something broken', async () => {
    const { stderr, exited } = run(`
      stdoutLineWriter.write('line\\n');
      process.stdout.destroy();
      stdoutLineWriter.write('after destroy\\n');
      process.stdout.write = () => { throw new Error('replaced'); };
      stdoutLineWriter.write('after replacement\\n');
      Object.defineProperty(process, 'stdout', { get() { throw new Error('gone'); } });
      stdoutLineWriter.write('after removal\\n');
      setTimeout(() => console.error('alive'), 20);
    `);
    expect((await exited)[0]).toBe(0);
    expect(stderr()).toBe('alive\n');
  });
});
