import { parseAccepted, type Accepted } from './accepted.js';
import type { PageFormat, PageNaming } from './page.format.js';

/** What a scraper says it reads. */
export interface ScrapeRequest {
  readonly accept: string | readonly string[] | undefined;
  readonly acceptEncoding: string | readonly string[] | undefined;
}

const TEXT: PageFormat = {
  syntax: 'prometheus',
  utf8: false,
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
};
const UTF8_TEXT: PageFormat = {
  syntax: 'prometheus',
  utf8: true,
  contentType: 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
};

/** The format the scraper likes best; the plain text format for who likes none of ours, e.g. a browser. */
export function chooseFormat(accept: ScrapeRequest['accept'], naming: PageNaming): PageFormat {
  for (const accepted of parseAccepted(accept)) {
    const format = accepted.quality > 0 ? formatOf(accepted, naming) : undefined;
    if (format !== undefined) return format;
  }
  return TEXT;
}

/** Whether the page may be compressed. */
export function acceptsGzip(acceptEncoding: ScrapeRequest['acceptEncoding']): boolean {
  const accepted = parseAccepted(acceptEncoding);
  const gzip = accepted.find(({ value }) => value === 'gzip') ?? accepted.find(({ value }) => value === '*');
  return gzip !== undefined && gzip.quality > 0;
}

function formatOf({ value, parameters }: Accepted, naming: PageNaming): PageFormat | undefined {
  const version = parameters.get('version');
  // Prometheus 3 reads such names wherever it is not told otherwise, and names that change with the version of the
  // scraper break dashboards; so the application has to want them as well.
  const utf8 = naming === 'utf8' && parameters.get('escaping') === 'allow-utf-8';
  if (value === 'application/openmetrics-text') {
    if (version !== undefined && version !== '1.0.0' && version !== '0.0.1') return undefined;
    const escaping = utf8 ? '; escaping=allow-utf-8' : '';
    const contentType = `application/openmetrics-text; version=${version ?? '1.0.0'}; charset=utf-8${escaping}`;
    return { syntax: 'openmetrics', utf8, contentType };
  }
  if (value === 'text/plain') {
    if (version === '1.0.0') return utf8 ? UTF8_TEXT : undefined;
    return version === undefined || version === '0.0.4' ? TEXT : undefined;
  }
  return value === '*/*' || value === 'text/*' ? TEXT : undefined;
}
