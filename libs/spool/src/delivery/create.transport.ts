import { GrpcTransport } from './grpc.transport.js';
import { HttpTransport } from './http.transport.js';
import type { Transport, TransportSettings } from './transport.js';

export function createTransport(settings: TransportSettings): Transport {
  return settings.destination.protocol === 'grpc' ? new GrpcTransport(settings) : new HttpTransport(settings);
}
