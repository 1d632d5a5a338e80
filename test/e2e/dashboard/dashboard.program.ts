import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

const CLI = join(import.meta.dirname, '..', '..', '..', 'libs', 'dashboard', 'dist', 'cli.js');
const FREE_PORTS = ['--port', '0', '--otlp-http-port', '0', '--otlp-grpc-port', '0'];

/** What a request of a spec says of itself. */
export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A folder of its own for data, deleted afterwards. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'dashboard-e2e-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A program of the built package that has ended. */
export async function endedDashboard(
  ...options: readonly string[]
): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
}

/** The dashboard as `npx @nest-telemetry/dashboard` runs it, on free ports. */
export class DashboardProgram implements AsyncDisposable {
  readonly token: string;
  readonly origin: string;

  private constructor(
    private readonly child: ChildProcess,
    /** What it printed. */
    readonly url: string,
    readonly otlpHttp: string,
    readonly otlpGrpc: string,
  ) {
    const { origin, searchParams } = new URL(url);
    this.origin = origin;
    this.token = searchParams.get('token') ?? '';
  }

  static async start(directory: string, ...options: readonly string[]): Promise<DashboardProgram> {
    const parameters = ['--directory', directory, ...FREE_PORTS, ...options];
    const child = spawn(process.execPath, [CLI, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const started = new Promise<void>((resolve, reject) => {
      const listen = (text: string): void => {
        output += text;
        if (output.includes('Ctrl-C')) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', listen);
      child.stderr.setEncoding('utf8').on('data', listen);
      child.once('close', () => reject(new Error(`The dashboard ended: ${output}`)));
    });
    await started;
    const [url = '', http = '', grpc = ''] = output.match(/http:\S+/g) ?? [];
    return new DashboardProgram(child, url, http, grpc);
  }

  /** With the token. */
  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }

  /** Address of a page, with what opens it. */
  pageOf(path: string): string {
    const target = new URL(path, this.origin);
    target.searchParams.set('token', this.token);
    return target.href;
  }

  /** A request exactly as given: no browser's nor fetch's own headers but `Host`. */
  async ask(
    path: string,
    { method = 'GET', headers = {}, body }: Asked = {},
    at = this.origin,
  ): Promise<Answered> {
    const { hostname, port } = new URL(at);
    const request = httpRequest({ hostname, port, path, method, headers, agent: false });
    const response = new Promise<Answered>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (incoming) => {
        buffer(incoming).then(
          (bytes) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes }),
          reject,
        );
      });
    });
    request.end(body);
    return response;
  }

  /** The answer to a request that is allowed. */
  async json<T>(path: string): Promise<T> {
    const { status, body } = await this.ask(path, { headers: this.headers });
    if (status !== 200) throw new Error(`${path} is answered with ${status}: ${body.toString()}`);
    return JSON.parse(body.toString('utf8')) as T;
  }

  /** A change that is allowed. */
  change(path: string, body: string | Uint8Array = '{}', type = 'application/json'): Promise<Answered> {
    const headers = { ...this.headers, 'content-type': type, 'x-nest-telemetry': '1' };
    return this.ask(path, { method: 'POST', headers, body });
  }

  /** Memory of the process in bytes; known on Linux. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.child.pid ?? 0}/status`, 'utf8');
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Ends it as nothing can prevent. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await ended;
  }
}
