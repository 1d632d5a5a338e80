import { once } from 'node:events';
import { connect } from 'node:net';

/** Whether PostgreSQL listens where the fixtures look for it. */
export const hasPostgres = await listens(5432);

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
