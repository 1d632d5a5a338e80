import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { pageRequestOf } from '../../../../libs/telemetry/src/metrics/prometheus.scrape.js';
import type { FuzzedPage } from './fuzzed-pages.js';

/** Serves pages as `/<format>/<number>`, and knows what it served. */
export class PageServer implements AsyncDisposable {
  /** Samples of the last answer, by path. */
  readonly samples = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  /** `accepts` replaces what a scraper says it reads, by format; where there is nothing, it is believed. */
  static async start(
    pages: readonly FuzzedPage[],
    accepts: Readonly<Record<string, string | undefined>>,
  ): Promise<PageServer> {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      const [, format = '', number] = path.split('/');
      void (async () => {
        const asked = pageRequestOf(request);
        const page = pages[Number(number)];
        if (page === undefined) return response.writeHead(404).end();
        const accept = accepts[format] ?? asked.accept;
        const { status, headers, body } = await page.scrape({ ...asked, accept });
        const bytes = Buffer.concat(body);
        const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        started.samples.set(path, samplesIn(text.toString()));
        return response.writeHead(status, headers).end(bytes);
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const started = new PageServer(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }
}

/** Lines that are neither empty nor about a metric. */
function samplesIn(page: string): number {
  return page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}
