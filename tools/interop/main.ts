// `npm run interop:install`: the programs of others that the stack is tried with, and which of them could not be had.
//
// They are built once for their versions, into ~/.cache/nest-telemetry/interop. Names as arguments: only these.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KUBERNETES, schemaLocation, SCHEMAS } from '../../test/interop/kubernetes.ts';
import {
  CACHE,
  find,
  type ForeignProgram,
  keptAt,
  PROGRAMS,
  sourcesOf,
} from '../../test/interop/programs.ts';
import { go } from './go.ts';
import { type ApiDescription, schemasOf } from './kubernetes.schemas.ts';

/** For one program. On two cores that also do other things, the largest takes a third of that. */
const MINUTES = Number(process.env['INTEROP_BUILD_MINUTES'] ?? 45);

/** Something that is there or is made. */
interface Installable {
  readonly name: string;
  /** Where it is; undefined where it is not. */
  find(): string | undefined;
  /** Answers with why it could not be had. */
  install(): string | undefined;
}

const installables: Installable[] = [
  ...Object.values<ForeignProgram>(PROGRAMS).map((program) => ({
    name: program.name,
    find: () => find(program),
    install: () => build(program),
  })),
  { name: 'kubernetes', find: () => schemaLocation() && SCHEMAS, install: makeSchemas },
];
const wanted = process.argv.slice(2);
mkdirSync(CACHE, { recursive: true });
const missing: string[] = [];
for (const installable of installables) {
  const { name } = installable;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const began = Date.now();
  const problem = installable.find() === undefined ? installable.install() : undefined;
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(
    `${name.padEnd(11)} ${problem === undefined ? `${installable.find()}${seconds > 0 ? ` (${seconds} s)` : ''}` : `not installed: ${problem}`}`,
  );
  if (problem !== undefined) missing.push(name);
}
if (missing.length > 0) {
  console.error(`Without: ${missing.join(', ')}. What needs them is skipped by name.`);
  process.exitCode = 1;
}

function build(program: ForeignProgram): string | undefined {
  const { goPackage, name, tags = '' } = program;
  const binary = keptAt(program);
  // Two may build at once; a name of its own each, and the last rename wins.
  const made = `${binary}.${process.pid}`;
  console.error(`Building ${name} …`);
  // One package at a time: some of them take a gigabyte to compile. What is built is fixed by go.sum, so that nobody has to be asked.
  const flags = ['-mod=readonly', '-trimpath', '-ldflags=-s -w', `-tags=${tags}`, '-p=1', `-o=${made}`];
  const result = go(['build', ...flags, goPackage], { cwd: sourcesOf(program), minutes: MINUTES });
  if ('output' in result) {
    renameSync(made, binary);
    return undefined;
  }
  rmSync(made, { force: true });
  return result.problem;
}

function makeSchemas(): string | undefined {
  const made = `${SCHEMAS}.${process.pid}`;
  const result = go(['mod', 'download', '-json', KUBERNETES.module], { cwd: CACHE, minutes: MINUTES });
  if ('problem' in result) return result.problem;
  const { Dir, Sum } = JSON.parse(result.output) as { Dir: string; Sum: string };
  if (Sum !== KUBERNETES.sum) return `${KUBERNETES.module} has the sum ${Sum}, not ${KUBERNETES.sum}`;
  const api = readFileSync(join(Dir, 'api', 'openapi-spec', 'swagger.json'), 'utf8');
  mkdirSync(made);
  for (const [name, schema] of schemasOf(JSON.parse(api) as ApiDescription)) {
    writeFileSync(join(made, name), JSON.stringify(schema));
  }
  try {
    renameSync(made, SCHEMAS);
  } catch (error) {
    rmSync(made, { recursive: true });
    // Somebody else was first.
    if (schemaLocation() === undefined) throw error;
  }
  return undefined;
}
