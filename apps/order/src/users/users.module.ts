import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ClientsModule, type GrpcOptions, Transport } from '@nestjs/microservices';
import { Settings } from '../settings.js';
import { GrpcUsersClient, USERS_GRPC } from './grpc-users.client.js';
import { HttpUsersClient } from './http-users.client.js';
import { UsersClient } from './users.client.js';

@Module({
  imports: [ClientsModule.registerAsync([{ name: USERS_GRPC, inject: [Settings], useFactory: grpcOptions }])],
  providers: [
    HttpUsersClient,
    GrpcUsersClient,
    {
      provide: UsersClient,
      inject: [Settings, HttpUsersClient, GrpcUsersClient],
      useFactory: ({ userTransport }: Settings, http: UsersClient, grpc: UsersClient) =>
        userTransport === 'grpc' ? grpc : http,
    },
  ],
  exports: [UsersClient],
})
export class UsersModule {}

function grpcOptions({ userGrpcUrl }: Settings): GrpcOptions {
  // As far from the sources as from what is built of them.
  const protoPath = join(import.meta.dirname, '../../../protos/users/v1/users.proto');
  return { transport: Transport.GRPC, options: { package: 'users.v1', protoPath, url: userGrpcUrl } };
}
