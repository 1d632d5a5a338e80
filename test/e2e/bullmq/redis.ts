import { once } from 'node:events';
import { connect } from 'node:net';

/** Where the suites look for Redis. */
export const REDIS = { host: '127.0.0.1', port: 6379 } as const;

/** Whether Redis listens there. */
export const hasRedis = await listens(REDIS.port);

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, REDIS.host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
