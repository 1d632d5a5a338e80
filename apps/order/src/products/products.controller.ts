import { Controller, Get } from '@nestjs/common';
import type { Product } from './product.entity.js';
import { ProductsService } from './products.service.js';

@Controller('products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  list(): Promise<readonly Product[]> {
    return this.products.list();
  }
}
