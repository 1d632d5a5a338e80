/** Adapters the application is measured on. */
export type Adapter = 'express' | 'fastify';

/** What a server process reports about itself, on listening and whenever it is asked. */
export interface ServerReport {
  readonly port: number;
  /** User and system CPU time of the whole process since it began, in microseconds. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}
