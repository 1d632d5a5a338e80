import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { CollectionResult, MetricCollectOptions, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ERROR_TYPE } from '../semconv.js';
import { reasonOf, warn } from '../telemetry.warnings.js';
import { METRICS } from './catalog.js';
import { acceptsGzip, chooseFormat, type ScrapeRequest } from './exposition/content-negotiation.js';
import type { PageFormat, PageSettings } from './exposition/page.format.js';
import { mergePages } from './exposition/merged.page.js';
import { compressed, type EncodedPage } from './exposition/compressed.page.js';
import { inOnePiece, type PageBody } from './exposition/page.body.js';
import { PageWriter } from './exposition/page.writer.js';
import { NO_WORKERS, WorkerGroup, type Workers } from './cluster/worker.group.js';
import type { WorkerIdentity } from './cluster/worker.identity.js';
import { histogramFor } from './instruments.js';
import { createAccess, type PageAccess, type Visitor } from './page.access.js';
import { TimeSlice } from './time.slice.js';

/** Where a page comes from. */
export interface PrometheusSource {
  collect(options: MetricCollectOptions): Promise<CollectionResult>;
  readonly settings: PageSettings;
  /** @defaultValue everybody who reaches the page may read it */
  readonly access?: PageAccess;
  /** Who this process is among those that serve the same port. @defaultValue it serves it alone */
  readonly worker?: WorkerIdentity | undefined;
}

/** What is asked of a request for the page. */
export interface PageRequest extends ScrapeRequest, Visitor {}

/** Answer to one scrape. */
export interface ScrapeAnswer {
  readonly status: 200 | 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: PageBody;
}

/** Below the 10 s a Prometheus server waits by default, so that a callback that hangs costs its own metric only. */
const CALLBACK_TIMEOUT_MILLIS = 5_000;
/** Written text that is made into bytes at a time. */
const CHUNK_LENGTH = 64 * 1024;

/** One collection, and the pages made of it. */
interface Collection {
  readonly metrics: Promise<ResourceMetrics>;
  /** By content type. */
  readonly own: Map<string, Promise<PageBody>>;
  readonly plain: Map<string, Promise<PageBody>>;
  readonly compressed: Map<string, Promise<EncodedPage>>;
}

/** Collects for scrapes that come in at the same time only once, and writes each format once. */
export class PrometheusScrape {
  static readonly #bySource = new WeakMap<PrometheusSource, PrometheusScrape>();

  /** The one of this source, however many applications serve it. */
  static of(source: PrometheusSource): PrometheusScrape {
    let scrape = PrometheusScrape.#bySource.get(source);
    if (scrape === undefined) PrometheusScrape.#bySource.set(source, (scrape = new PrometheusScrape(source)));
    return scrape;
  }

  readonly #writer: PageWriter;
  readonly #refuse: ReturnType<typeof createAccess>;
  readonly #workers: Workers;
  #users = 0;
  #running: Collection | undefined;

  constructor(private readonly source: PrometheusSource) {
    this.#writer = new PageWriter(source.settings);
    this.#refuse = createAccess(source.access ?? { auth: undefined, allowedHosts: undefined });
    this.#workers = source.worker === undefined ? NO_WORKERS : new WorkerGroup(source.worker);
  }

  /** The page as it is now, in the form the scraper likes best; never rejects. */
  async answer(request: PageRequest): Promise<ScrapeAnswer> {
    const refusal = this.#refuse(request);
    if (refusal !== undefined) return { ...refusal, body: [] };
    const { accept, acceptEncoding } = request;
    const format = chooseFormat(accept, this.source.settings.naming);
    const beganAt = performance.now();
    const collection = (this.#running ??= this.#begin());
    let failure: Attributes = {};
    try {
      const { body, encoding } = acceptsGzip(acceptEncoding)
        ? await once(collection.compressed, format, () => this.#compressed(collection, format))
        : { body: await this.#plain(collection, format), encoding: {} };
      const headers = { 'content-type': format.contentType, vary: 'accept, accept-encoding', ...encoding };
      return { status: 200, headers, body };
    } catch (error) {
      warn('NT_METRICS_COLLECTION_FAILED', { reason: reasonOf(error) });
      failure = { [ERROR_TYPE]: error instanceof Error ? error.name : '_OTHER' };
      return {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: [Buffer.from('Metrics could not be collected.\n')],
      };
    } finally {
      histogramFor(METRICS.scrapeDuration).record((performance.now() - beganAt) / 1000, failure);
      // Whoever comes now gets what is true now.
      if (this.#running === collection) this.#running = undefined;
    }
  }

  /** What others who serve the same port may ask for; rejects if nothing can be collected. */
  async ownPage(format: PageFormat): Promise<PageBody> {
    const collection = (this.#running ??= this.#begin());
    try {
      return await this.#own(collection, format);
    } finally {
      if (this.#running === collection) this.#running = undefined;
    }
  }

  /** To be called by each that serves the page, before it does. */
  async open(): Promise<void> {
    this.#users += 1;
    const { naming } = this.source.settings;
    if (this.#users === 1)
      await this.#workers.join((contentType) => this.ownPage(chooseFormat(contentType, naming)));
  }

  async close(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.#workers.leave();
  }

  #begin(): Collection {
    return { metrics: this.#collect(), own: new Map(), plain: new Map(), compressed: new Map() };
  }

  async #collect(): Promise<ResourceMetrics> {
    const { resourceMetrics, errors } = await this.source.collect({ timeoutMillis: CALLBACK_TIMEOUT_MILLIS });
    // What could be collected is worth more than nothing: one bad callback must not take the whole target down.
    for (const error of errors) warn('NT_METRICS_COLLECTION_FAILED', { reason: reasonOf(error) });
    return resourceMetrics;
  }

  /** Bytes go into the compression as they are written, where nobody needs the page as it was before that. */
  async #compressed(collection: Collection, format: PageFormat): Promise<EncodedPage> {
    const isNeeded = this.#workers !== NO_WORKERS || collection.plain.has(format.contentType);
    return await compressed(
      isNeeded ? await this.#plain(collection, format) : this.#write(collection, format),
    );
  }

  #plain(collection: Collection, format: PageFormat): Promise<PageBody> {
    return once(collection.plain, format, () => this.#whole(collection, format));
  }

  /** The page of all processes that serve the same port. */
  async #whole(collection: Collection, format: PageFormat): Promise<PageBody> {
    const [own, others] = await Promise.all([
      this.#own(collection, format),
      this.#workers.pages(format.contentType),
    ]);
    return others.length === 0 ? own : mergePages([await inOnePiece(own), ...others]);
  }

  #own(collection: Collection, format: PageFormat): Promise<PageBody> {
    return once(collection.own, format, () => whole(this.#write(collection, format)));
  }

  async *#write({ metrics }: Collection, format: PageFormat): AsyncIterable<Buffer> {
    const pieces = this.#writer.write(await metrics, format);
    // A piece is several lines, and those of a first scrape take many times as long as later ones.
    const slice = new TimeSlice({ stepsBetweenLooks: 4 });
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length >= CHUNK_LENGTH) {
        yield Buffer.from(text);
        text = '';
      }
      // oxlint-disable-next-line no-await-in-loop -- a pause between slices is the point
      if (slice.isOver()) await slice.pause();
    }
    yield Buffer.from(text);
  }
}

/** One page for all who want it in the same format. */
function once<Page>(
  pages: Map<string, Promise<Page>>,
  { contentType }: PageFormat,
  make: () => Promise<Page>,
): Promise<Page> {
  let page = pages.get(contentType);
  if (page === undefined) pages.set(contentType, (page = make()));
  return page;
}

async function whole(pieces: AsyncIterable<Buffer>): Promise<PageBody> {
  const body: Buffer[] = [];
  for await (const piece of pieces) body.push(piece);
  return body;
}

/** The body as a stream, for whoever takes no pieces. */
export function streamOf(body: PageBody): Readable {
  return Readable.from(body, { objectMode: false });
}

/** What a request of Node, or of a framework with the same headers, asks for. */
export function pageRequestOf({ headers }: Pick<IncomingMessage, 'headers'>): PageRequest {
  const { accept, authorization, host } = headers;
  return { accept, acceptEncoding: headers['accept-encoding'], authorization, host };
}
