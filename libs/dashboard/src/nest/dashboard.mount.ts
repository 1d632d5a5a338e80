import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { Dashboard } from '../dashboard.js';
import { DashboardError } from '../dashboard.errors.js';
import { isOldNode, NEEDED_NODE } from '../node.version.js';
import type { MountSettings } from './telemetry.dashboard.options.js';

const SEE_OTHER = 303;
const DEFAULT_PORT = 4319;
const THIS_MACHINE = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/u;
const ITS_NAMES = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/iu;

/** The dashboard of one application, and the path that leads to it. */
export class DashboardMount implements OnModuleInit, OnApplicationShutdown {
  readonly #settings: MountSettings;
  readonly #adapter: AbstractHttpAdapter | undefined;
  readonly #logger = new Logger('TelemetryDashboard');
  #dashboard: Dashboard | undefined;
  /** Where to lead to; known before the application listens. */
  #url = '/';

  constructor(settings: MountSettings, adapter: AbstractHttpAdapter | undefined) {
    this.#settings = settings;
    this.#adapter = adapter;
  }

  /** To be called before Nest registers its routes: one that takes everything would hide the path otherwise. */
  mount(): void {
    this.#adapter?.get(this.#settings.path, (request: unknown, response: unknown) =>
      this.#lead(request, response),
    );
  }

  async onModuleInit(): Promise<void> {
    this.#url = await this.#start();
    const { path } = this.#settings;
    this.#logger.log(`The dashboard is at ${new URL(this.#url).origin}, and at ${path} of this application`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#dashboard?.close();
    this.#dashboard = undefined;
  }

  /** A second application of a machine leads to the dashboard of the first. */
  async #start(): Promise<string> {
    if (isOldNode(process.versions.node))
      throw new DashboardError('ND_NODE', `The dashboard needs Node ${NEEDED_NODE} or newer.`);
    // Loaded late: SQLite is not there in older ones.
    const { startDashboard } = await import('../dashboard.js');
    try {
      this.#dashboard = await startDashboard(this.#settings.dashboard);
      return this.#dashboard.url;
    } catch (error) {
      if (!(error instanceof DashboardError) || error.code !== 'ND_PORT_TAKEN') throw error;
      this.#logger.warn(`[${error.code}] ${error.message} This application starts no dashboard of its own.`);
      return `http://127.0.0.1:${this.#settings.dashboard.port ?? DEFAULT_PORT}/`;
    }
  }

  #lead(request: unknown, response: unknown): void {
    const adapter = this.#adapter;
    if (adapter === undefined) return;
    const target = isOfThisMachine(request as IncomingMessage) ? this.#url : new URL('/', this.#url).href;
    adapter.setHeader(response, 'Cache-Control', 'no-store');
    adapter.setHeader(response, 'Referrer-Policy', 'no-referrer');
    adapter.redirect(response, SEE_OTHER, target);
  }
}

/** Only who sits at this machine, and asks for it by its name, is handed the token. */
function isOfThisMachine({ socket, headers }: IncomingMessage): boolean {
  return THIS_MACHINE.test(socket.remoteAddress ?? '') && ITS_NAMES.test(headers.host ?? '');
}
