import { DashboardError } from '../dashboard.errors.js';

/** Where a dashboard runs. */
export interface DashboardAddress {
  /** Of the page; one with `?token=` as it is printed at the start brings the token along. */
  readonly url: string;
  readonly token?: string | undefined;
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

const TIMEOUT_MILLIS = 15_000;

/** Asks a running dashboard by its HTTP API. */
export class DashboardApi {
  readonly #base: URL;
  readonly #token: string | undefined;

  /** @throws DashboardError `ND_OPTION_INVALID` when the address is none */
  constructor({ url, token }: DashboardAddress) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new DashboardError('ND_OPTION_INVALID', `url: ${url} is not allowed; it takes an http address.`);
    this.#base = new URL(url);
    this.#token = token ?? this.#base.searchParams.get('token') ?? undefined;
  }

  /**
   * @param path - below `/api/`
   * @throws DashboardError `ND_UNREACHABLE` when nobody answers, or with the code and message of the dashboard's refusal
   */
  async get<T>(path: string, parameters: Parameters = {}): Promise<T> {
    const url = new URL(`api/${path}`, this.#base);
    url.search = '';
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const response = await this.#fetch(url);
    const body = (await response.json().catch(() => undefined)) as
      { readonly error?: { readonly code?: string; readonly message?: string } } | undefined;
    if (response.ok && body !== undefined) return body as T;
    const { code = 'ND_UNREACHABLE', message = `${this.#base.host} answered with ${response.status}.` } =
      body?.error ?? {};
    throw new DashboardError(code, message);
  }

  async #fetch(url: URL): Promise<Response> {
    try {
      return await fetch(url, {
        headers: this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
    } catch (cause) {
      throw new DashboardError(
        'ND_UNREACHABLE',
        `No dashboard answers at ${this.#base.origin}. Start it (npx nest-telemetry-dashboard), or say where it is with --url.`,
        { cause },
      );
    }
  }
}
