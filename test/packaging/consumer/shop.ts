// An application as a user of the published package writes it; compiled and run as ES module and as CommonJS module.
import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Span, TelemetryModule } from 'nest-telemetry';

@Injectable()
class ItemsService {
  @Span()
  async find(id: string): Promise<{ id: string }> {
    return { id };
  }
}

@Controller('items')
class ItemsController {
  constructor(private readonly items: ItemsService) {}

  @Get(':id')
  async find(@Param('id') id: string): Promise<{ id: string }> {
    return await this.items.find(id);
  }
}

@Module({
  imports: [TelemetryModule.forRoot({ serviceName: 'shop' })],
  controllers: [ItemsController],
  providers: [ItemsService],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const response = await fetch(`${await app.getUrl()}/items/7`);
  console.log(await response.text());
  await app.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
