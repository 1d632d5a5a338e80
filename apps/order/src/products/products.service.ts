import { Injectable } from '@nestjs/common';
import { Span, TracerService } from 'nest-telemetry';
import { Database } from '../database/database.js';
import { Settings } from '../settings.js';
import { ExpiringValue } from './expiring-value.js';
import { Product } from './product.entity.js';

@Injectable()
export class ProductsService {
  private readonly cache: ExpiringValue<readonly Product[]>;

  constructor(
    private readonly database: Database,
    private readonly tracer: TracerService,
    settings: Settings,
  ) {
    this.cache = new ExpiringValue(settings.productCacheMillis);
  }

  /** The whole catalogue: it is small and changes rarely, so it is kept in memory for a while. */
  @Span('list-products')
  async list(): Promise<readonly Product[]> {
    const cached = this.cache.get();
    this.tracer.setAttributes({ 'cache.hit': cached !== undefined });
    if (cached !== undefined) {
      this.tracer.addEvent('cache-hit', { 'cache.key': 'products' });
      return cached;
    }
    this.tracer.addEvent('cache-miss', { 'cache.key': 'products' });
    const products = await this.database.run((manager) => manager.find(Product, { order: { sku: 'ASC' } }));
    this.cache.set(products);
    return products;
  }
}
