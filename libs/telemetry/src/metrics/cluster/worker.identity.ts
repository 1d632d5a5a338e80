import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** One of the workers of a Node cluster that share a port. */
export interface WorkerIdentity {
  /** Of all workers its primary has had, e.g. `3`; a worker that takes the place of another has one of its own. */
  readonly id: string;
  /** The same for those that belong together, and fit for the name of a file. */
  readonly group: string;
}

/**
 * Who this process is among workers; `undefined` if it is none. Workers of pm2 are workers of a cluster, too.
 * @param names - tell applications apart whose workers have the same parent, as under pm2
 */
export function workerIdentity(names: readonly (string | undefined)[]): WorkerIdentity | undefined {
  if (!cluster.isWorker || cluster.worker === undefined) return undefined;
  // Folders for temporary files are shared by containers now and then, and in all of them the primary may be process 1.
  const common = [hostname(), process.ppid, process.argv[1], process.cwd(), ...names];
  const group = createHash('sha256').update(JSON.stringify(common)).digest('hex').slice(0, 12);
  return { id: String(cluster.worker.id), group };
}
