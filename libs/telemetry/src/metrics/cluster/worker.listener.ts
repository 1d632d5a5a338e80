import { createServer, type Server, type Socket } from 'node:net';
import { bytesOf } from '../exposition/page.body.js';

/** Writes the page of this process alone. */
export type OwnPage = (contentType: string) => Promise<readonly Buffer[]>;

/** The longest content type there is has less than 100. */
const MAX_QUESTION_LENGTH = 256;

/** Answers other workers; see {@link callWorker}. Neither it nor a connection holds the process. */
export class WorkerListener {
  readonly #server: Server;

  constructor(private readonly ownPage: OwnPage) {
    this.#server = createServer((socket) => this.#listenTo(socket));
    this.#server.unref();
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // In a cluster the primary would listen otherwise, and hand connections to whichever worker it likes.
      this.#server.listen({ path, exclusive: true }, () => {
        this.#server.off('error', reject);
        // Without a listener an error of a running server would end the process.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  close(): void {
    this.#server.close();
  }

  #listenTo(socket: Socket): void {
    let question = '';
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const isAnswered = question.includes('\n');
      question += chunk.toString('latin1');
      if (question.length > MAX_QUESTION_LENGTH) socket.destroy();
      else if (!isAnswered && question.includes('\n')) void this.#answer(socket, question.trim());
    });
  }

  async #answer(socket: Socket, contentType: string): Promise<void> {
    try {
      const page = await this.ownPage(contentType);
      socket.write(`${bytesOf(page)}\n`);
      for (const chunk of page) socket.write(chunk);
      socket.end();
    } catch {
      // Whoever asked sees that the page is not whole.
      socket.destroy();
    }
  }
}
