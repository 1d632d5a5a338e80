import { spawnSync } from 'node:child_process';
import { buildGoProgram } from '../go.program.js';

/** A page as it was served. */
export interface ServedPage {
  readonly contentType: string;
  readonly text: string;
}

/** What the parser of a Prometheus 3 server finds in a page. */
export interface ParsedPage {
  /** Why it reads no further; empty where it read to the end. */
  readonly problem: string;
  readonly samples: readonly {
    /** With the name as `__name__`. */
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
  }[];
}

/** Reads pages as Prometheus 3 does, which knows names with any character; needs a Go toolchain. */
export async function parseAsPrometheus3(pages: readonly ServedPage[]): Promise<ParsedPage[]> {
  const program = await buildGoProgram(import.meta.dirname);
  const { status, stdout, stderr } = spawnSync(program, {
    input: JSON.stringify(pages),
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ParsedPage[];
}
