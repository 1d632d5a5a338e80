import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may see the page. */
export interface AccessOptions {
  /** Null lets everyone who reaches the port see it. */
  readonly token: string | null;
  /** Names under which it may be asked for, besides those of this machine. */
  readonly hosts: readonly string[];
}

/** Why a request is turned away, as status, code and message; undefined when it is not. */
export type Denial =
  { readonly status: 401 | 403 | 421; readonly code: string; readonly message: string } | undefined;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** A header no form and no image of another site can send. */
export const MUTATION_HEADER = 'x-nest-telemetry';

/** A token nobody can guess. */
export function newToken(): string {
  return randomBytes(16).toString('hex');
}

/** Holds requests against who they say they are for, where they come from, and what they bring. */
export class Access {
  readonly #digest: Buffer | null;

  constructor(private readonly options: AccessOptions) {
    this.#digest = options.token === null ? null : digest(options.token);
  }

  /** Every request: the name it is for, and the page it comes from. */
  deny(request: IncomingMessage): Denial {
    if (!this.#isOurs(request))
      return { status: 421, code: 'ND_HOST_UNKNOWN', message: 'This is not a host of this dashboard.' };
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const isForeign = origin !== undefined && origin !== `http://${request.headers.host ?? ''}`;
    if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none'))
      return { status: 403, code: 'ND_ORIGIN_FOREIGN', message: 'Another site may not ask this.' };
    return undefined;
  }

  /** Requests for data: that they bring the token, in the cookie or the header. */
  denyWithoutToken(request: IncomingMessage): Denial {
    if (this.#digest === null) return undefined;
    const [, bearer] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const brought = bearer ?? cookieOf(request.headers.cookie, cookieName(request));
    if (brought !== undefined && this.holds(brought)) return undefined;
    return {
      status: 401,
      code: 'ND_TOKEN_MISSING',
      message: 'Open the address with the token that was printed at the start.',
    };
  }

  /** Whether this is the token. Takes the same time for every wrong one. */
  holds(token: string): boolean {
    return this.#digest === null || timingSafeEqual(digest(token), this.#digest);
  }

  /** The cookie that stands for a token that was in an address. */
  cookie(request: IncomingMessage): string {
    return `${cookieName(request)}=${this.options.token ?? ''}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #isOurs({ headers: { host }, socket }: IncomingMessage): boolean {
    if (host === undefined) return false;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (LOOPBACK.has(name) || this.options.hosts.includes(name)) return true;
    // The address it came to: no name that somebody else can point here.
    const address = socket.localAddress?.replace(/^::ffff:/, '');
    return address !== undefined && name === (address.includes(':') ? `[${address}]` : address);
  }
}

/** With the port, because cookies do not know ports: two dashboards would take each other's. */
function cookieName({ socket }: IncomingMessage): string {
  return `nest-telemetry-dashboard-${socket.localPort ?? 0}`;
}

function cookieOf(header: string | undefined, wanted: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted) return value;
  }
  return undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
