import { describe, expect, it } from 'vitest';
import { receiveHttp, refusedEndpoint, type Receiver } from '../otlp.receiver.js';
import { Program } from '../program.js';

const DEADLINE = 1000;

function run(endpoint: string, settings: object): Program {
  return new Program('command.mjs', {
    settings: {
      options: { serviceName: 'command', otlp: { endpoint }, shutdown: { timeoutMillis: DEADLINE } },
      ...settings,
    },
  });
}

const namesOf = (receiver: Receiver): string[] =>
  receiver
    .spans()
    .map(({ name }) => name)
    .toSorted();

const COMMAND = ['import-orders', 'read-file'];
const START = ['CommandModule created', 'Importer.onModuleInit', 'nestjs.bootstrap'];

// Each is a process, and all of them at once take longer to start than one after the other.
describe('A command', () => {
  it('that closes its application delivers its trace, and those of its start and its end', async () => {
    await using receiver = await receiveHttp();
    await using program = run(receiver.endpoint, { end: 'close' });
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe('');
    expect(namesOf(receiver)).toEqual(expect.arrayContaining([...COMMAND, ...START, 'nestjs.shutdown']));
    const traceOf = (name: string): string | undefined =>
      receiver.spans().find((span) => span.name === name)?.traceId;
    expect(traceOf('read-file')).toBe(traceOf('import-orders'));
    expect(traceOf('nestjs.bootstrap')).not.toBe(traceOf('import-orders'));
  });

  it('that just ends delivers its trace as well', async () => {
    await using receiver = await receiveHttp();
    await using program = run(receiver.endpoint, { end: 'leave' });
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe('');
    expect(namesOf(receiver)).toEqual(expect.arrayContaining([...COMMAND, ...START]));
    expect(namesOf(receiver)).not.toContain('nestjs.shutdown');
  });

  it.each(['close', 'leave'])('that fails delivers that, too, and keeps its exit code: %s', async (end) => {
    await using receiver = await receiveHttp();
    await using program = run(receiver.endpoint, { end, fails: true });
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stdout).toContain('@failed no such file');
    expect(namesOf(receiver)).toEqual(expect.arrayContaining(COMMAND));
  });

  it.each<['hang' | 'refused']>([['hang'], ['refused']])(
    'that just ends is not kept by a collector like this: %s',
    async (collector) => {
      await using receiver = await receiveHttp('hang');
      const endpoint = collector === 'hang' ? receiver.endpoint : await refusedEndpoint();
      await using program = run(endpoint, { end: 'leave' });
      await program.says('done');
      const before = performance.now();
      expect(await program.ended).toEqual({ code: 0, signal: null });
      // Far more than the deadline and less than the ten seconds the exporters would wait.
      expect(performance.now() - before).toBeLessThan(DEADLINE + 5000);
    },
  );

  it('that calls process.exit() ends at once', async () => {
    await using receiver = await receiveHttp('hang');
    await using program = run(receiver.endpoint, { end: 'exit' });
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });
});
