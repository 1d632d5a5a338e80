import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Running } from '../../test/interop/running.ts';
import { LOOPBACK } from '../start/ports.ts';

const COMMAND = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Whether RabbitMQ is installed, from its Debian package. */
export const hasRabbitmq = existsSync(COMMAND);

/** A RabbitMQ of our own, at a port of its own and with nothing of the one of the machine. */
export async function startBroker(folder: string, port: number, distributionPort: number): Promise<Running> {
  const home = join(folder, 'rabbitmq.data');
  await mkdir(home);
  await writeFile(join(home, 'enabled_plugins'), '[].\n');
  await writeFile(join(home, 'rabbitmq.conf'), `listeners.tcp.1 = ${LOOPBACK}:${port}\n`);
  return await Running.start({
    name: 'rabbitmq',
    command: COMMAND,
    args: [],
    env: {
      HOME: home,
      RABBITMQ_NODENAME: `rehearsal${port}@localhost`,
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
      RABBITMQ_LOG_BASE: join(home, 'log'),
      RABBITMQ_PID_FILE: join(home, 'pid'),
    },
    folder,
    ready: () => speaksAmqp(port),
  });
}

/** The server speaks first only when it is spoken to: the header of the protocol is answered with a method frame. */
async function speaksAmqp(port: number): Promise<boolean> {
  const socket = createConnection(port, LOOPBACK);
  socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    socket.write('AMQP\0\0\x09\x01');
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    return bytes[0] === 1;
  } finally {
    socket.destroy();
  }
}
