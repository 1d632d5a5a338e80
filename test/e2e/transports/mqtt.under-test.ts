import { MqttRecordBuilder, Transport } from '@nestjs/microservices';
import { connectAsync } from 'mqtt';
import { whyUnreachable } from '../../services/reachable.js';
import { later, type PlainMessage, type TransportUnderTest } from './transport-under-test.js';

const url = process.env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883';

export const mqtt: TransportUnderTest = {
  name: 'mqtt',
  system: 'mqtt',
  isBrokered: true,
  longestHeaders: 60_000,
  missing: await whyUnreachable(url),

  async open(scope) {
    const options = { url, protocolVersion: 5 as const };
    const connection = await connectAsync(url, { protocolVersion: 5 });
    return {
      server: { transport: Transport.MQTT, options },
      client: { transport: Transport.MQTT, options },
      plainClient: { transport: Transport.MQTT, options },
      pattern: (name) => `${scope}/${name}`,
      async publish(pattern, data, headers) {
        const userProperties = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, String(value)]),
        );
        await connection.publishAsync(pattern, JSON.stringify({ pattern, data }), {
          qos: 1,
          // A message with an empty set of them is never delivered.
          ...(Object.keys(headers).length > 0 && { properties: { userProperties } }),
        });
      },
      async listen(pattern) {
        const { promise, resolve } = later<PlainMessage>();
        connection.on('message', (_topic, payload, packet) => {
          const properties = { ...packet.properties?.userProperties } as Record<string, string>;
          resolve({ payload: payload.toString(), headers: properties });
        });
        await connection.subscribeAsync(pattern);
        return { message: promise };
      },
      payloadOf: (pattern, data) => JSON.stringify({ pattern, data }),
      withHeaders: (data, userProperties) =>
        new MqttRecordBuilder(data).setProperties({ userProperties }).build(),
      [Symbol.asyncDispose]: () => connection.endAsync(),
    };
  },
};
