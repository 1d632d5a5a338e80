import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { Settings } from './settings.js';
import { usersGrpcServer } from './users/users.grpc.js';

const logger = new Logger('Bootstrap');
const app = await NestFactory.create<NestExpressApplication>(AppModule);
app.enableShutdownHooks();

const { host, port, grpcPort } = app.get(Settings);
try {
  if (grpcPort !== undefined) {
    app.connectMicroservice(usersGrpcServer(`${host}:${grpcPort}`));
    await app.startAllMicroservices();
    logger.log(`User service is listening on grpc://${host}:${grpcPort}`);
  }
  await app.listen(port, host);
  logger.log(`User service is listening on ${await app.getUrl()}`);
} catch (error) {
  if (!String(error).includes('EADDRINUSE')) throw error;
  logger.error(`A port is in use (${String(error)}); set PORT and GRPC_PORT to free ones.`);
  process.exitCode = 1;
  await app.close();
}
