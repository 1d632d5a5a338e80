import type { Context } from '@opentelemetry/api';
import { inject } from '../../propagation/inject.js';
import type { NestPacket } from './nest.peers.js';
import { withContext } from './publication.js';
import type { Transport } from './transport.js';

interface TcpPeer {
  readonly host?: string;
  readonly port?: number;
}

interface TcpContext {
  getMetadata?(): Record<string, unknown> | undefined;
}

/** Nest's own protocol over TCP: context travels in the metadata of the packet, beside the data. */
export const tcpTransport: Transport = {
  name: 'tcp',
  id: 0,
  system: 'nestjs',
  isBrokered: false,
  clientField: 'socketClass',

  destination(peer, pattern) {
    const { host, port } = peer as TcpPeer;
    return { name: pattern, address: host, port };
  },

  delivery(context) {
    return { destination: undefined, carrier: (context as TcpContext).getMetadata?.() };
  },

  stamp(packet, own, client) {
    const { host } = client as TcpPeer;
    stampMetadata(packet, own, host);
  },
};

/** Keeps what the dispatch hook of the application has put there. */
export function stampMetadata(packet: NestPacket, own: Context, host?: string): void {
  const injected = inject<Record<string, string>>({}, { context: own, ...(host !== undefined && { host }) });
  if (Object.keys(injected).length > 0) packet.metadata = withContext(packet.metadata, injected);
}
