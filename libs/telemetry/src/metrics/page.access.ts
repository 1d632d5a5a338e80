import { createHash, timingSafeEqual } from 'node:crypto';

/** Who may read the page. */
export interface PageAccess {
  readonly auth:
    { readonly bearer: string } | { readonly username: string; readonly password: string } | undefined;
  /** Values of the `Host` header, with or without port; `undefined` for all. */
  readonly allowedHosts: readonly string[] | undefined;
}

/** What a request says of itself. */
export interface Visitor {
  readonly authorization: string | undefined;
  readonly host: string | undefined;
}

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly headers: Readonly<Record<string, string>>;
}

const FORBIDDEN: Refusal = { status: 403, headers: {} };

/** A function that tells why somebody may not read the page, and `undefined` if they may. */
export function createAccess({ auth, allowedHosts }: PageAccess): (visitor: Visitor) => Refusal | undefined {
  const hosts = allowedHosts && new Set(allowedHosts.map((host) => host.toLowerCase()));
  if (auth === undefined) return ({ host }) => (isAllowed(hosts, host) ? undefined : FORBIDDEN);
  const scheme = 'bearer' in auth ? 'Bearer' : 'Basic';
  const credentials = 'bearer' in auth ? auth.bearer : basic(auth.username, auth.password);
  const expected = digest(credentials);
  const unauthorized: Refusal = {
    status: 401,
    headers: { 'www-authenticate': `${scheme} realm="metrics"` },
  };
  return ({ authorization = '', host }) => {
    if (!isAllowed(hosts, host)) return FORBIDDEN;
    const [given = '', ...rest] = authorization.trim().split(/ +/, 3);
    // Digests have one length, so that the comparison takes the same time whatever was guessed.
    const matches = timingSafeEqual(digest(rest.length === 1 ? (rest[0] ?? '') : ''), expected);
    return matches && given.toLowerCase() === scheme.toLowerCase() ? undefined : unauthorized;
  };
}

function isAllowed(hosts: ReadonlySet<string> | undefined, host = ''): boolean {
  if (hosts === undefined) return true;
  const name = host.toLowerCase();
  return hosts.has(name) || hosts.has(name.replace(/:\d+$/, ''));
}

function basic(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
