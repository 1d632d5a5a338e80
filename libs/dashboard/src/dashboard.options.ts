import { DashboardError } from './dashboard.errors.js';

/** How a dashboard is started; everything has a default. */
export interface DashboardOptions {
  /**
   * Address to listen on; any that others can reach takes a token.
   * @defaultValue the loopback addresses, `127.0.0.1` and, where there is IPv6, `::1`
   */
  readonly host?: string;
  /**
   * Port of the page and its API; 0 takes a free one.
   * @defaultValue 4319
   */
  readonly port?: number;
  /**
   * Port that takes OTLP over HTTP; 0 takes a free one, null none.
   * @defaultValue 4318
   */
  readonly otlpHttpPort?: number | null;
  /**
   * Port that takes OTLP over gRPC; 0 takes a free one, null none.
   * @defaultValue 4317
   */
  readonly otlpGrpcPort?: number | null;
  /**
   * Token the page asks for, at least 16 letters, digits, `-`, `_`, `.` or `~`; null for none, which only the loopback
   * address allows.
   * @defaultValue a random one
   */
  readonly token?: string | null;
  /**
   * Host names under which the page may be asked for, besides `localhost` and the loopback addresses.
   * @defaultValue none
   */
  readonly allowedHosts?: readonly string[];
  /**
   * What happens to the data at the end: `none` deletes it, `run` keeps the last ten runs, `resume` goes on with one file.
   * @defaultValue `none`
   */
  readonly retention?: 'none' | 'run' | 'resume';
  /**
   * Folder of the files; made with access for this user only.
   * @defaultValue a folder of the user's own, see the guide
   */
  readonly directory?: string;
  /**
   * Most bytes the data takes; the oldest goes first.
   * @defaultValue 268_435_456 (256 MiB)
   */
  readonly maxBytes?: number;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** What is the same in an address and in a cookie. */
const TOKEN = /^[\w.~-]{16,}$/;
const LEAST_BYTES = 8 * 1024 * 1024;

/**
 * Looks at options from outside.
 * @throws DashboardError `ND_OPTION_INVALID` naming the option, the value and what is allowed
 */
export function checkOptions(options: DashboardOptions): void {
  for (const name of ['port', 'otlpHttpPort', 'otlpGrpcPort'] as const) {
    const port = options[name];
    if (port === undefined || (port === null && name !== 'port')) continue;
    if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65_535)
      throw invalid(name, port, 'a port from 0 to 65535');
  }
  const { token, host, maxBytes, retention } = options;
  if (typeof token === 'string' && !TOKEN.test(token))
    throw invalid('token', '…', 'at least 16 letters, digits, -, _, . or ~');
  if (token === null && host !== undefined && !LOOPBACK.has(host))
    throw invalid('token', null, `a token, because others can reach ${host}`);
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes >= LEAST_BYTES))
    throw invalid('maxBytes', maxBytes, `at least ${LEAST_BYTES} bytes`);
  if (retention !== undefined && !['none', 'run', 'resume'].includes(retention))
    throw invalid('retention', retention, 'none, run or resume');
}

function invalid(name: string, value: unknown, allowed: string): DashboardError {
  return new DashboardError(
    'ND_OPTION_INVALID',
    `${name}: ${String(value)} is not allowed; it takes ${allowed}.`,
  );
}
