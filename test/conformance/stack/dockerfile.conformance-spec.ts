import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../tools/libraries.js';
import { textOf } from './stack.files.js';

interface Stage {
  readonly from: string;
  readonly name: string;
  readonly instructions: readonly (readonly [keyword: string, rest: string])[];
}

/** The stages of a Dockerfile, with continued lines joined and comments left out. */
function stagesOf(text: string): {
  readonly globals: Map<string, string>;
  readonly stages: readonly Stage[];
} {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  const globals = new Map<string, string>();
  const stages: { from: string; name: string; instructions: [string, string][] }[] = [];
  for (const line of lines) {
    const [, keyword = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    if (keyword === 'FROM') {
      const [, from = '', name = ''] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ from, name, instructions: [] });
    } else if (stage === undefined) {
      globals.set(rest.split('=')[0] ?? '', rest.split('=')[1] ?? '');
    } else {
      stage.instructions.push([keyword, rest]);
    }
  }
  return { globals, stages };
}

const { globals, stages } = stagesOf(textOf('docker/Dockerfile'));
const last = stages.at(-1);

function inLast(keyword: string): string[] {
  return (last?.instructions ?? []).filter(([key]) => key === keyword).map(([, rest]) => rest);
}

describe('The Dockerfile', () => {
  it('builds in one stage and runs in another that has none of the tools', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'packages', 'service']);
    expect(last?.instructions.filter(([keyword]) => keyword === 'RUN')).toEqual([]);
  });

  it('pins its base image, with the Node that the repository is tested with', () => {
    const { devDependencies } = JSON.parse(textOf('package.json')) as {
      devDependencies: Record<string, string>;
    };
    expect(globals.get('NODE')).toBe(`node:${devDependencies['node']}-trixie-slim`);
    expect(inLast('LABEL').join(' ')).toContain(`docker.io/library/${globals.get('NODE')}`);
    for (const { from } of stages) expect(['${NODE}', 'build']).toContain(from);
  });

  it('runs as a user that is not root, known by number', () => {
    expect(inLast('USER')).toEqual(['1000:1000']);
  });

  it('makes node process 1, so that signals reach it', () => {
    expect(inLast('ENTRYPOINT').map((command) => JSON.parse(command) as unknown)).toEqual([
      ['node', '--import', 'nest-telemetry/register'],
    ]);
    expect(inLast('CMD').map((command) => JSON.parse(command) as unknown)).toEqual([['dist/main.js']]);
    expect(inLast('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('can be asked whether it is well', () => {
    const [check = ''] = inLast('HEALTHCHECK');
    expect(JSON.parse(check.slice(check.indexOf('CMD') + 3))).toHaveLength(3);
  });

  it('keeps telemetry that waits on a volume which its user may write to', () => {
    const [directory = ''] = inLast('VOLUME');
    expect(inLast('ENV').join(' ')).toContain(`TELEMETRY_SPOOL_DIRECTORY=${directory}`);
    expect(inLast('COPY').filter((copy) => copy.endsWith(` ${directory}`))).toEqual([
      `--from=packages --chown=node:node /service/state ${directory}`,
    ]);
  });

  it('tells where its list of packages is', () => {
    const [, path = ''] = /io\.nest-telemetry\.sbom="\/app\/([^"]+)"/.exec(inLast('LABEL').join(' ')) ?? [];
    expect(inLast('COPY')).toContainEqual(expect.stringContaining(`/repository/${path} /app/`));
  });

  it('copies only what is there and what the build context lets through', () => {
    const ignored = textOf('docker/Dockerfile.dockerignore').split('\n');
    const sources = stages.flatMap(({ instructions }) =>
      instructions
        .filter(([keyword, rest]) => keyword === 'COPY' && !rest.startsWith('--from'))
        .flatMap(([, rest]) => rest.split(' ').slice(0, -1)),
    );
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources) {
      expect(globSync(join(ROOT, source)), source).toHaveLength(1);
      expect(ignored).toContain(`!${source.split('/')[0]}`);
    }
  });

  // npm refuses to install from a lockfile that has packages which are not there.
  it('knows every package of the repository', () => {
    const copied = stages[0]?.instructions.filter(([keyword]) => keyword === 'COPY').map(([, rest]) => rest);
    const files = globSync('{libs,apps}/*/package.json', { cwd: ROOT });
    expect(files.length).toBeGreaterThan(3);
    expect(copied).toEqual(
      expect.arrayContaining(files.map((file) => `${file} ${file.replace('package.json', '')}`)),
    );
  });
});
