import type { ServerOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';

// TLS with a key both sides know: no certificate has to be made, kept or trusted.
const identity = 'test';
const psk = Buffer.from('8c701116e9127c57a99d5563709af3deaca75563e2c4dd0865701ae839fb6d79', 'hex');
const common = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;

export const sharedKeyServer: ServerOptions = { ...common, pskCallback: () => psk };
export const sharedKeyClient: ConnectionOptions = {
  ...common,
  pskCallback: () => ({ psk, identity }),
  checkServerIdentity: () => undefined,
};
