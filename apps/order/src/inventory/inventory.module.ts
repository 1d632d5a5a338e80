import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Settings } from '../settings.js';
import { InventoryController } from './inventory.controller.js';
import { InventoryService } from './inventory.service.js';
import { RestockService } from './restock.service.js';

@Module({
  imports: [
    ScheduleModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ restocks }: Settings) => ({ cronJobs: restocks }),
    }),
  ],
  controllers: [InventoryController],
  providers: [InventoryService, RestockService],
  exports: [InventoryService],
})
export class InventoryModule {}
