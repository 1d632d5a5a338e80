import { NatsRecordBuilder, Transport } from '@nestjs/microservices';
import { connect, headers as natsHeaders } from '@nats-io/transport-node';
import { whyUnreachable } from '../../services/reachable.js';
import { later, type PlainMessage, type TransportUnderTest } from './transport-under-test.js';

const url = process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222';

function headersOf(entries: Readonly<Record<string, unknown>>): ReturnType<typeof natsHeaders> {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(entries)) headers.set(name, String(value));
  return headers;
}

export const nats: TransportUnderTest = {
  name: 'nats',
  system: 'nats',
  isBrokered: true,
  longestHeaders: 900_000,
  missing: await whyUnreachable(url),

  async open(scope) {
    const options = { servers: [url] };
    const connection = await connect({ servers: url });
    return {
      server: { transport: Transport.NATS, options },
      client: { transport: Transport.NATS, options },
      plainClient: { transport: Transport.NATS, options },
      pattern: (name) => `${scope}.${name}`,
      async publish(pattern, data, headers) {
        connection.publish(pattern, JSON.stringify({ pattern, data }), { headers: headersOf(headers) });
        await connection.flush();
      },
      async listen(pattern) {
        const { promise, resolve } = later<PlainMessage>();
        connection.subscribe(pattern, {
          callback: (_error, message) => {
            const names = message.headers?.keys() ?? [];
            const headers = Object.fromEntries(names.map((name) => [name, message.headers?.get(name) ?? '']));
            resolve({ payload: message.string(), headers });
          },
        });
        await connection.flush();
        return { message: promise };
      },
      payloadOf: (pattern, data) => JSON.stringify({ pattern, data }),
      withHeaders: (data, headers) => new NatsRecordBuilder(data).setHeaders(headersOf(headers)).build(),
      [Symbol.asyncDispose]: () => connection.close(),
    };
  },
};
