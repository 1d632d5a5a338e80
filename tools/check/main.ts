// `npm run check`: every cheap gate, the cheapest first; the first one that fails ends it and shows what it printed.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Title of each gate, and its script in package.json. */
const GATES = [
  ['format', 'format:check'],
  ['lint', 'lint'],
  ['types', 'typecheck'],
  ['rooms', 'rooms'],
  ['unused code', 'unused'],
  ['docs', 'docs:check'],
  ['unit specs', 'test:unit'],
  ['library build', 'build:lib'],
  ['API report', 'api:check'],
  ['package', 'package:check'],
] as const;

const colors = process.stdout.isTTY && !process.env['NO_COLOR'];
const paint = (code: number, words: string) => (colors ? `\x1b[${code}m${words}\x1b[0m` : words);

async function run(script: string): Promise<{ passed: boolean; output: string }> {
  const gate = spawn(process.execPath, ['--run', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(colors && { FORCE_COLOR: '1' }) },
  });
  const ended = new Promise<number | null>((resolve, reject) =>
    gate.on('error', reject).on('close', resolve),
  );
  const [code, out, err] = await Promise.all([ended, text(gate.stdout), text(gate.stderr)]);
  return { passed: code === 0, output: out + err };
}

for (const [title, script] of GATES) {
  const began = performance.now();
  const { passed, output } = await run(script);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${passed ? paint(32, '✔') : paint(31, '✘')} ${title.padEnd(14)} ${seconds.padStart(5)} s`);
  if (!passed) {
    console.error(`\n${output.trimEnd()}\n\nAgain with: npm run ${script}`);
    process.exitCode = 1;
    break;
  }
}
