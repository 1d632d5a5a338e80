import { Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import { DashboardError } from '../dashboard.errors.js';
import type { Share } from './byte.budget.js';

/** Most bytes of one request, compressed or not. */
export const MOST_BYTES = 16 * 1024 * 1024;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 24 } }),
};

export interface BodyOptions {
  /** `Content-Encoding`, or what stands for it. */
  readonly encoding: string | undefined;
  readonly share: Share;
  /** How long it may take, however fast its bytes come. */
  readonly withinMillis: number;
}

/**
 * Reads a body to its end, decompressing it as it comes, so that a bomb is noticed when it goes off and not later.
 * @throws DashboardError `ND_BODY_TOO_LARGE`, `ND_BODY_TOO_SLOW`, `ND_BODY_MALFORMED`, `ND_ENCODING_UNKNOWN` or `ND_BUSY`
 */
export async function readBody(
  source: Readable,
  { encoding, share, withinMillis }: BodyOptions,
): Promise<Uint8Array> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  const isPlain = name === 'identity' || name === '';
  const decoder = isPlain || !Object.hasOwn(DECODERS, name) ? undefined : DECODERS[name]?.();
  if (!isPlain && decoder === undefined)
    throw new DashboardError(
      'ND_ENCODING_UNKNOWN',
      `Content-Encoding ${name.slice(0, 40)} is not known here.`,
    );
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let received = 0;
    let isOver = false;
    const end = (settle: () => void): void => {
      isOver = true;
      clearTimeout(timer);
      source.off('data', count);
      decoder?.destroy();
      settle();
    };
    const fail = (error: Error): void => end(() => reject(asBodyError(error)));
    const timer = setTimeout(() => fail(tooSlow(withinMillis)), withinMillis).unref();
    const count = (chunk: Buffer): void => {
      received += chunk.length;
      if (received > MOST_BYTES) fail(tooLarge());
    };
    const body = decoder === undefined ? source : source.on('data', count).pipe(decoder);
    body.on('data', (chunk: Buffer) => {
      // What still comes of a request that was refused is dropped.
      if (isOver) return;
      size += chunk.length;
      if (size > MOST_BYTES) fail(tooLarge());
      else if (share.take(chunk.length)) chunks.push(chunk);
      else fail(new DashboardError('ND_BUSY', 'Too many requests are here at once.'));
    });
    body.once('end', () => end(() => resolve(Buffer.concat(chunks))));
    // More than one may come; the first one settles it.
    for (const stream of new Set([source, body])) stream.on('error', fail);
    source.once('close', () => {
      if (!source.readableEnded) fail(new DashboardError('ND_BODY_MALFORMED', 'The body ended early.'));
    });
  });
}

function asBodyError(error: Error): DashboardError {
  if (error instanceof DashboardError) return error;
  return new DashboardError('ND_BODY_MALFORMED', `The body could not be read: ${error.message}`, {
    cause: error,
  });
}

function tooLarge(): DashboardError {
  return new DashboardError('ND_BODY_TOO_LARGE', `A request may have ${MOST_BYTES} bytes, decompressed.`);
}

function tooSlow(millis: number): DashboardError {
  return new DashboardError('ND_BODY_TOO_SLOW', `The body took longer than ${millis / 1000} s.`);
}
