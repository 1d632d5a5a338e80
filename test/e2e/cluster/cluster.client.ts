import { get } from 'node:http';

/** An answer of one of the workers. */
export interface WorkerAnswer {
  readonly worker: string;
  readonly status: number | undefined;
  readonly text: string;
}

/** Asks on a connection of its own, which the cluster gives to the next worker. */
export function ask(url: string, headers: Record<string, string> = {}): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { connection: 'close', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ worker: String(response.headers['x-worker']), status: response.statusCode, text });
      });
    }).on('error', reject);
  });
}

/** Values of the samples of one name, by their worker. */
export function byWorker(page: string, sample: string, more = ''): Map<string, number> {
  const lines = page.matchAll(new RegExp(`^${sample}\\{(.*)\\} (\\S+)`, 'gm'));
  return new Map(
    [...lines]
      .filter(([, labels = '']) => labels.includes(more))
      .map(([, labels = '', value]) => [/worker="(\d+)"/.exec(labels)?.[1] ?? 'none', Number(value)]),
  );
}
