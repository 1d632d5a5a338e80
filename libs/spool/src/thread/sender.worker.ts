// What runs in the sender thread.
import { parentPort, workerData } from 'node:worker_threads';
import { Counters } from '../spool.stats.js';
import { DiskSender } from './disk.sender.js';
import type { FromSender, SenderData, ToSender } from './sender.messages.js';

const { settings, counters, stores } = workerData as SenderData;
const tell = (message: FromSender): void => parentPort?.postMessage(message, []);
const sender = new DiskSender({
  settings,
  counters: new Counters('sender', counters),
  stores,
  onEvent: (event) => tell({ type: 'event', event }),
  onFinished: (path) => tell({ type: 'finished', path }),
  holdsProcess: true,
});

tell({ type: 'ready' });
parentPort?.on('message', (message: ToSender) => {
  if (message.type === 'store') {
    sender.put(message.store);
    return;
  }
  if (message.type === 'nudge') {
    sender.nudge();
    return;
  }
  void sender.close().then((isDrained) => tell({ type: 'closed', isDrained }));
});
