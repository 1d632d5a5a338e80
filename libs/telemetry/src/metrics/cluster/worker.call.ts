import { connect } from 'node:net';
import { inOnePiece } from '../exposition/page.body.js';

/** What became of a call to another worker. */
export type WorkerAnswer =
  | { readonly page: Buffer }
  /** Nobody listens any more. */
  | { readonly isGone: true }
  /** It is there, but did not hand in its page. */
  | { readonly reason: 'timeout' | 'cut_off' };

/**
 * Asks a worker for its page. The question is one line, the content type; the answer is the length of the page, a line
 * break and the page. Never rejects.
 */
export function callWorker(
  socket: string,
  contentType: string,
  timeoutMillis: number,
): Promise<WorkerAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const connection = connect(socket);
    const finish = (answer: WorkerAnswer) => {
      clearTimeout(deadline);
      connection.destroy();
      resolve(answer);
    };
    const deadline = setTimeout(finish, timeoutMillis, { reason: 'timeout' });
    connection.on('data', (chunk: Buffer) => chunks.push(chunk));
    connection.on('end', () => void inOnePiece(chunks).then((received) => finish(answerOf(received))));
    connection.on('error', ({ code }: NodeJS.ErrnoException) =>
      finish(code === 'ECONNREFUSED' || code === 'ENOENT' ? { isGone: true } : { reason: 'cut_off' }),
    );
    connection.write(`${contentType}\n`);
  });
}

function answerOf(received: Buffer): WorkerAnswer {
  const start = received.indexOf('\n') + 1;
  const page = received.subarray(start);
  const isWhole = start > 0 && page.length === Number(received.toString('latin1', 0, start));
  return isWhole ? { page } : { reason: 'cut_off' };
}
