/**
 * Loaded into each service before its own code: when the process that started it is gone, however it ended, the
 * channel between them closes and the service stops as if it had been asked to. Nothing is left running.
 */
const GRACE_MILLIS = 5000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLIS).unref();
});
// The channel alone must not keep a service running that has been closed.
process.channel?.unref();
