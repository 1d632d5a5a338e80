import { Agent, get } from 'node:http';

/** Sends one request and resolves when its answer has been read to the end. */
function request(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`${path} answered ${response.statusCode}`));
      }
      response.resume().once('end', resolve).once('error', reject);
    }).once('error', reject);
  });
}

/** Keep-alive connections to one server, each of which asks again as soon as it has its answer. */
export class Load {
  readonly #port: number;
  readonly #connections: number;
  readonly #agent: Agent;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#connections = connections;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends `count` requests and resolves with the seconds they took. */
  async drive(path: string, count: number): Promise<number> {
    let left = count;
    const connection = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await request(this.#agent, this.#port, path);
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: this.#connections }, connection));
    return (performance.now() - start) / 1000;
  }

  close(): void {
    this.#agent.destroy();
  }
}
