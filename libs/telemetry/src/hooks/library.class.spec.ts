import { Injectable, Module } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { moduleClass, prototypeOf } from './library.class.js';

class CommandBus {
  execute(): void {}
}
@Injectable()
class ExtendedBus extends CommandBus {
  more(): void {}
}
const own = { CommandBus: class {} };

@Module({
  providers: [
    { provide: 'factory', useFactory: () => new CommandBus() },
    { provide: own.CommandBus, useValue: 7 },
  ],
})
class OwnModule {}
@Module({ imports: [OwnModule], providers: [ExtendedBus] })
class CqrsModule {}

describe('A class of a library', () => {
  it('is found by its name and methods, also where it was extended', async () => {
    const app = await NestFactory.createApplicationContext(CqrsModule, { logger: false });
    const modules = app.get(ModulesContainer);
    expect(prototypeOf(modules, 'CommandBus', 'execute')).toBe(CommandBus.prototype);
    expect(prototypeOf(modules, 'CommandBus', 'bind')).toBeUndefined();
    expect(prototypeOf(modules, 'QueryBus')).toBeUndefined();
    expect(moduleClass(modules, 'CqrsModule')).toBe(CqrsModule);
    expect(moduleClass(modules, 'ScheduleModule')).toBeUndefined();
    await app.close();
  });
});
