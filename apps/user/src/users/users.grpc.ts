import { join } from 'node:path';
import { type GrpcOptions, Transport } from '@nestjs/microservices';

/** The gRPC server of this service at an address such as `127.0.0.1:50051`. */
export function usersGrpcServer(url: string): GrpcOptions {
  // As far from the sources as from what is built of them.
  const protoPath = join(import.meta.dirname, '../../../protos/users/v1/users.proto');
  return { transport: Transport.GRPC, options: { package: 'users.v1', protoPath, url } };
}
