import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { Settings } from './settings.js';

const logger = new Logger('Bootstrap');
const app = await NestFactory.create<NestExpressApplication>(AppModule);
app.enableShutdownHooks();

const { host, port } = app.get(Settings);
try {
  await app.listen(port, host);
  logger.log(`User service is listening on ${await app.getUrl()}`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  logger.error(`Port ${port} is in use; set PORT to a free one.`);
  process.exitCode = 1;
  await app.close();
}
