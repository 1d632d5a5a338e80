/** How a page is written. */
export interface PageFormat {
  /** OpenMetrics has exemplars, units and an end; the older text format is read by everything. */
  readonly syntax: 'prometheus' | 'openmetrics';
  /** Whether names may have any character: only where the scraper said that it reads them. */
  readonly utf8: boolean;
  readonly contentType: string;
}

/** What names on the page look like; see `metrics.naming`. */
export type PageNaming = 'suffixed' | 'legacy' | 'utf8';

/** What does not depend on the scraper. */
export interface PageSettings {
  readonly naming: PageNaming;
  /** Whether every sample says which meter it comes from. */
  readonly scopeLabels: boolean;
  /** Label of every sample, where several processes are behind one page. */
  readonly worker?: string | undefined;
}

/** Tells the workers of a Node cluster apart. */
export const WORKER_LABEL = 'worker';
