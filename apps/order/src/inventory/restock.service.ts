import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { RESTOCK_CRON } from '../settings.js';
import { InventoryService } from './inventory.service.js';

@Injectable()
export class RestockService {
  private readonly logger = new Logger(RestockService.name);

  constructor(private readonly inventory: InventoryService) {}

  @Cron(RESTOCK_CRON, { name: 'restock', waitForCompletion: true })
  async restock(): Promise<void> {
    const articles = await this.inventory.restock();
    if (articles > 0) this.logger.log(`Articles restocked: ${articles}`);
  }
}
