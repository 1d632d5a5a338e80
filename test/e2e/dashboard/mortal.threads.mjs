// Loaded before the dashboard: a signal ends the threads it has started, as running out of memory would.
import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';

threads.Worker = class extends threads.Worker {
  constructor(...parameters) {
    super(...parameters);
    process.on('SIGUSR2', () => void this.terminate());
  }
};
syncBuiltinESMExports();
