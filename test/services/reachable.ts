import { once } from 'node:events';
import { connect } from 'node:net';

/** Why a service cannot be tested against: nobody listens where its address says. */
export async function whyUnreachable(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return undefined;
  } catch {
    return `nothing listens on ${hostname}:${port}`;
  } finally {
    socket.destroy();
  }
}
