import {
  Controller,
  Get,
  Injectable,
  Logger,
  Module,
  Param,
  type DynamicModule,
  type Type,
} from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Span } from 'nest-telemetry';

/** The adapters that everything has to work the same on. */
export const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

@Injectable()
class ItemService {
  private readonly logger = new Logger('Items');

  @Span('find-item')
  find(id: string): { id: string } {
    this.logger.log(`item ${id} asked for`);
    return { id };
  }
}

@Controller('items')
class ItemController {
  constructor(private readonly items: ItemService) {}

  @Get(':id')
  find(@Param('id') id: string): { id: string } {
    return this.items.find(id);
  }
}

/** A feature as applications have them: it knows nothing of telemetry but a decorator. */
@Module({ controllers: [ItemController], providers: [ItemService] })
export class ItemModule {}

/** An application of these modules. */
export function shopOf(
  ...imports: (DynamicModule | Promise<DynamicModule> | (new () => object))[]
): DynamicModule {
  return { module: ShopModule, imports };
}

@Module({})
class ShopModule {}

/** A running application. */
export interface Running extends AsyncDisposable {
  readonly url: string;
  get<T>(token: Type<T>): T;
  close(): Promise<void>;
}

/** Starts an application on a free port. */
export async function start(
  module: DynamicModule | (new () => object),
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
): Promise<Running> {
  const app = await NestFactory.create(module, adapter, { abortOnError: false });
  await app.listen(0, '127.0.0.1');
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= app.close());
  return {
    url: await app.getUrl(),
    get: (token) => app.get(token, { strict: false }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
