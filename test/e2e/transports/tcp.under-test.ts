import { Transport } from '@nestjs/microservices';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { later, type PlainMessage, type TransportUnderTest } from './transport-under-test.js';
import { unusedPort } from '../../../tools/start/ports.js';

export const tcp: TransportUnderTest = {
  name: 'tcp',
  system: 'nestjs',
  isBrokered: false,
  longestHeaders: 1_000_000,
  missing: undefined,

  async open() {
    const [port, plainPort] = [await unusedPort(), await unusedPort()];
    const host = '127.0.0.1';
    const plain = createServer();
    return {
      server: { transport: Transport.TCP, options: { host, port } },
      client: { transport: Transport.TCP, options: { host, port } },
      plainClient: { transport: Transport.TCP, options: { host, port: plainPort } },
      pattern: (name) => name,
      async publish(pattern, data, metadata) {
        const socket = connect(port, host);
        await once(socket, 'connect');
        const json = JSON.stringify({ pattern, data, metadata });
        socket.end(`${json.length}#${json}`);
        await once(socket, 'close');
      },
      async listen() {
        const { promise, resolve } = later<PlainMessage>();
        plain.on('connection', (socket) => {
          let frame = '';
          socket.setEncoding('utf8').on('data', (text: string) => {
            frame += text;
            const at = frame.indexOf('#');
            if (at < 0 || frame.length < at + 1 + Number(frame.slice(0, at))) return;
            const { metadata = {}, ...packet } = JSON.parse(frame.slice(at + 1)) as {
              metadata?: Record<string, string>;
            };
            resolve({ payload: JSON.stringify(packet), headers: metadata });
          });
        });
        plain.listen(plainPort, host);
        await once(plain, 'listening');
        return { message: promise };
      },
      payloadOf: (pattern, data) => JSON.stringify({ pattern, data }),
      async [Symbol.asyncDispose]() {
        if (plain.listening) plain.close();
      },
    };
  },
};
