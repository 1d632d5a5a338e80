import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExportPosition } from '../query/otlp.export.js';
import type { StoreClient } from '../store/store.client.js';
import { SAFE_HEADERS } from './response.headers.js';

/** Sends everything of a store as OTLP/JSON, one request on each line, no faster than it is read. */
export async function downloadOtlp(store: StoreClient, run: string, response: ServerResponse): Promise<void> {
  // Before the headers: a store that cannot be asked is an error, and not the end of a file.
  let slice = await store.query('export', { signal: 'traces', after: 0 });
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'Content-Type': 'application/x-ndjson',
    'Content-Disposition': `attachment; filename="otlp-${run}.jsonl"`,
  });
  for (;;) {
    if (response.destroyed) return;
    if (slice.line !== '' && !response.write(slice.line)) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    const position: ExportPosition | null = slice.next;
    if (position === null) break;
    slice = await store.query('export', position);
  }
  response.end();
}
