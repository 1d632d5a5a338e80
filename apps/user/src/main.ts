import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { eventsServer } from './events/broker.js';
import { Settings } from './settings.js';
import { usersGrpcServer } from './users/users.grpc.js';

const logger = new Logger('Bootstrap');
const app = await NestFactory.create<NestExpressApplication>(AppModule);
app.enableShutdownHooks();

const settings = app.get(Settings);
const { host, port, grpcPort } = settings;
try {
  app.connectMicroservice(eventsServer(settings));
  if (grpcPort !== undefined) app.connectMicroservice(usersGrpcServer(`${host}:${grpcPort}`));
  await app.startAllMicroservices();
  if (grpcPort !== undefined) logger.log(`User service is listening on grpc://${host}:${grpcPort}`);
  await app.listen(port, host);
  logger.log(`User service is listening on ${await app.getUrl()}`);
} catch (error) {
  if (!String(error).includes('EADDRINUSE')) throw error;
  logger.error(`A port is in use (${String(error)}); set PORT, GRPC_PORT and BROKER_URL to free ones.`);
  process.exitCode = 1;
  await app.close();
}
