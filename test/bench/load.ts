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

/**
 * Sends `count` requests over keep-alive connections, each of which asks again as soon as it has its answer, and
 * resolves with the seconds they took. Connections are new each time: while other variants are measured, the server
 * would close idle ones.
 */
export async function drive(
  port: number,
  path: string,
  { count, connections }: { count: number; connections: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await request(agent, port, path);
    }
  };
  const start = performance.now();
  try {
    await Promise.all(Array.from({ length: connections }, connection));
    return (performance.now() - start) / 1000;
  } finally {
    agent.destroy();
  }
}
