/** Samples of one series: time in seconds, and value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [seconds: number, value: number])[];
}

export interface Exemplar {
  readonly series: Readonly<Record<string, string>>;
  readonly traceId: string;
}

async function ask<T>(prometheusUrl: string, path: string, parameters: Record<string, string>): Promise<T> {
  const url = `${prometheusUrl}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const answer = (await response.json()) as { status: string; data: T; error?: string };
  if (answer.status !== 'success') throw new Error(`Prometheus answered ${path}: ${answer.error}`);
  return answer.data;
}

/** The value of each series now. */
export async function query(prometheusUrl: string, expression: string): Promise<Series[]> {
  interface Vector {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  }
  const { result } = await ask<Vector>(prometheusUrl, 'query', { query: expression });
  return result.map(({ metric, value: [at, value] }) => ({ labels: metric, samples: [[at, Number(value)]] }));
}

/** Every sample that is stored for a selector, of the last minutes. */
export async function stored(prometheusUrl: string, selector: string, minutes: number): Promise<Series[]> {
  interface Matrix {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly values: [number, string][];
    }[];
  }
  const { result } = await ask<Matrix>(prometheusUrl, 'query', { query: `${selector}[${minutes}m]` });
  return result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([at, value]) => [at, Number(value)] as const),
  }));
}

/** The exemplars of the last hour. */
export async function exemplars(prometheusUrl: string, selector: string): Promise<Exemplar[]> {
  const now = Date.now() / 1000;
  const found = await ask<
    {
      readonly seriesLabels: Record<string, string>;
      readonly exemplars: { labels: Record<string, string> }[];
    }[]
  >(prometheusUrl, 'query_exemplars', { query: selector, start: String(now - 3600), end: String(now + 60) });
  return found.flatMap(({ seriesLabels, exemplars: own }) =>
    own.map(({ labels }) => ({ series: seriesLabels, traceId: labels['trace_id'] ?? '' })),
  );
}
