import { TimeSlice } from '../time.slice.js';
import { candidateNames, type FamilyType, samplesOf } from './family.name.js';
import type { PageBody } from './page.body.js';

const FAMILY_START = '\n# HELP ';
const PAGE_END = '# EOF\n';
/** Bytes that are looked through at a time. */
const STRIDE = 4096;

/** The lines of one family, as they stand on the page of one process. */
interface Block {
  /** As the samples begin; without quotes. */
  readonly name: string;
  readonly type: FamilyType | 'info';
  readonly header: Buffer;
  readonly samples: Buffer;
}

/** A family on the page of all. */
interface MergedFamily {
  readonly type: Block['type'];
  readonly pieces: Buffer[];
}

/**
 * Makes one page of pages that the same format was chosen for: a format wants all samples of a family in one place. What
 * tells the processes apart is already among the labels.
 */
export async function mergePages(pages: readonly Buffer[]): Promise<PageBody> {
  const families = new Map<string, MergedFamily>();
  const taken = new Set<string>();
  const slice = new TimeSlice();
  let isEnded = false;
  for (const page of pages) {
    isEnded ||= endOf(page) < page.length;
    for (const block of blocksOf(page)) {
      if (block !== undefined) place(block, families, taken);
      // oxlint-disable-next-line no-await-in-loop -- a pause between slices is the point
      if (slice.isOver()) await slice.pause();
    }
  }
  const body = [...families.values()].flatMap(({ pieces }) => pieces);
  return isEnded ? [...body, Buffer.from(PAGE_END)] : body;
}

/** The families of a page, and `undefined` wherever others may have their turn. */
function* blocksOf(page: Buffer): Iterable<Block | undefined> {
  const end = endOf(page);
  let start = 0;
  for (let from = 0; from < end;) {
    const found = page.subarray(from, from + STRIDE + FAMILY_START.length).indexOf(FAMILY_START);
    if (found === -1) {
      from += STRIDE;
      yield undefined;
    } else {
      const next = from + found + 1;
      yield blockOf(page.subarray(start, next));
      start = from = next;
    }
  }
  if (start < end) yield blockOf(page.subarray(start, end));
}

function endOf(page: Buffer): number {
  const end = page.length - PAGE_END.length;
  return end >= 0 && page.toString('latin1', end) === PAGE_END ? end : page.length;
}

function blockOf(lines: Buffer): Block {
  let start = 0;
  while (lines[start] === '#'.charCodeAt(0)) start = lines.indexOf('\n', start) + 1;
  const header = lines.subarray(0, start);
  const [, shown = '', type = ''] = /^# TYPE (.*) (\w+)$/m.exec(header.toString()) ?? [];
  const bare = shown.startsWith('"') ? shown.slice(1, -1) : shown;
  // In the older format a counter is called as its samples are.
  const name = type === 'counter' ? bare.replace(/_total$/, '') : bare;
  return { name, type: type as Block['type'], header, samples: lines.subarray(start) };
}

/**
 * Puts a block to its family. Where another process has something else of that name, as when two metrics clash and were
 * not made in the same order, it is called as it would be on a page that has both.
 */
function place(block: Block, families: Map<string, MergedFamily>, taken: Set<string>): void {
  for (const name of candidateNames(block.name, block.type)) {
    const family = families.get(name);
    if (family?.type === block.type) {
      family.pieces.push(renamed(block.samples, block.name, name));
      return;
    }
    const samples = samplesOf(name, block.type);
    if (family === undefined && samples.every((sample) => !taken.has(sample))) {
      for (const sample of samples) taken.add(sample);
      const pieces = [block.header, block.samples].map((lines) => renamed(lines, block.name, name));
      families.set(name, { type: block.type, pieces });
      return;
    }
  }
}

function renamed(lines: Buffer, from: string, to: string): Buffer {
  if (from === to) return lines;
  const escaped = from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const text = lines
    .toString()
    // A name that does not end in its unit must have none.
    .replace(/^# UNIT .*\n/m, '')
    .replaceAll(
      new RegExp(`^(# (?:HELP|TYPE) "?|\\{"|)${escaped}`, 'gm'),
      (_, before: string) => before + to,
    );
  return Buffer.from(text);
}
