import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { bytesOf, type PageBody } from './page.body.js';

/** Smaller pages fit into a packet or two as they are. */
const MIN_BYTES = 2048;

/** A page as it is sent. */
export interface EncodedPage {
  readonly body: PageBody;
  /** Headers that tell how. */
  readonly encoding: Readonly<Record<string, string>>;
}

/**
 * Compresses a page as it comes. Its pieces are not kept: megabytes of every scrape would have V8 look through its whole
 * heap after some of them.
 */
export async function compressed(page: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<EncodedPage> {
  const pieces = inTurn(page);
  const head: Buffer[] = [];
  while (bytesOf(head) < MIN_BYTES) {
    // oxlint-disable-next-line no-await-in-loop -- what comes next is only made then
    const next = await pieces.next();
    if (next.done === true) return { body: head, encoding: {} };
    head.push(next.value);
  }
  const body: Buffer[] = [];
  await pipeline(
    async function* () {
      yield* head;
      yield* pieces;
    },
    createGzip(),
    async (source: AsyncIterable<Buffer>) => {
      for await (const piece of source) body.push(piece);
    },
  );
  return { body, encoding: { 'content-encoding': 'gzip' } };
}

async function* inTurn(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}
