import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unusedPort } from '../../../tools/start/ports.js';

/** What the harness says about a service. */
export interface Verdict {
  readonly ran: number;
  /** Names of the cases that did not pass. */
  readonly notOk: readonly string[];
  /** Everything it printed. */
  readonly output: string;
}

/** Where the repository w3c/trace-context, or its folder `test`, was unpacked. */
const folder = process.env['W3C_TRACE_CONTEXT_DIR'];
const testPy =
  folder && [join(folder, 'test', 'test.py'), join(folder, 'test.py')].find((file) => existsSync(file));
/** Debian's interpreter, which is the one that python3-aiohttp is for. */
const python = process.env['W3C_PYTHON'] ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');

/** Why the harness cannot be run, or undefined when it can. */
export const missing = testPy
  ? undefined
  : `W3C_TRACE_CONTEXT_DIR is ${folder ?? 'not set'}; it has to name a copy of github.com/w3c/trace-context`;

/** Runs the official harness against a service: levels 1 and 2, with the strict cases. */
export async function runHarness(endpoint: string): Promise<Verdict> {
  const port = String(await unusedPort());
  const env = {
    ...process.env,
    SPEC_LEVEL: '2',
    STRICT_LEVEL: '2',
    HARNESS_PORT: port,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const harness = spawn(python, [testPy ?? '', endpoint], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [harness.stdout, harness.stderr]) {
    stream.on('data', (data: Buffer) => (output += data.toString()));
  }
  await new Promise((resolve, reject) => harness.once('error', reject).once('close', resolve));
  const cases = [...output.matchAll(/^(test_\w+) [\s\S]*?\.\.\. (ok|FAIL|ERROR|skipped.*)$/gm)];
  return {
    ran: Number(/^Ran (\d+) tests? in/m.exec(output)?.[1] ?? 0),
    notOk: cases.filter(([, , result]) => result !== 'ok').map(([, name, result]) => `${name}: ${result}`),
    output,
  };
}
