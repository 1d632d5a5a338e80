import type { Dashboard } from '@nest-telemetry/dashboard';
import { DASHBOARD_PORT_OPTIONS, type DashboardPorts } from './arguments.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { StartError } from './start.error.ts';

/** Free ports for a dashboard; names the option to change where one is taken. */
export async function dashboardPorts(wanted: DashboardPorts): Promise<DashboardPorts> {
  return {
    page: await freePort(wanted.page, DASHBOARD_PORT_OPTIONS.page),
    otlpHttp: await freePort(wanted.otlpHttp, DASHBOARD_PORT_OPTIONS.otlpHttp),
    otlpGrpc: await freePort(wanted.otlpGrpc, DASHBOARD_PORT_OPTIONS.otlpGrpc),
  };
}

/** A dashboard in this process, whose data goes with it. */
export class RunningDashboard implements AsyncDisposable {
  readonly #dashboard: Dashboard;

  private constructor(dashboard: Dashboard) {
    this.#dashboard = dashboard;
  }

  static async start(ports: DashboardPorts, directory: string): Promise<RunningDashboard> {
    // Loaded late: it may have been built only now.
    const { startDashboard } = await import('@nest-telemetry/dashboard');
    try {
      const { page: port, otlpHttp: otlpHttpPort, otlpGrpc: otlpGrpcPort } = ports;
      return new RunningDashboard(
        await startDashboard({ host: LOOPBACK, port, otlpHttpPort, otlpGrpcPort, directory }),
      );
    } catch (error) {
      throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Address of the page of one trace, with what opens it. */
  urlOf(traceId: string): string {
    const url = new URL(this.#dashboard.url);
    url.pathname = `/traces/${traceId}`;
    return url.href;
  }

  /** Hands on a request as it came. */
  async take(path: string, body: Uint8Array): Promise<void> {
    const response = await fetch(`${this.#dashboard.otlpHttpUrl ?? ''}${path}`, {
      method: 'POST',
      body: Buffer.from(body),
      headers: { 'content-type': 'application/x-protobuf' },
    });
    await response.body?.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dashboard.close();
  }
}
