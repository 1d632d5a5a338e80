/** Adapters the application is measured on. */
export type Adapter = 'express' | 'fastify';

/** What messages are measured over. */
export type MessageTransport = 'tcp' | 'grpc';

/** What a process reports about itself when it is ready and whenever it is asked. */
export interface ProcessReport {
  /** User and system CPU time of the whole process since it began, in microseconds. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

/** The same of one that listens. */
export interface ServerReport extends ProcessReport {
  readonly port: number;
}
