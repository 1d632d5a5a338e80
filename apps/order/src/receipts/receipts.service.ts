import { Injectable, Logger } from '@nestjs/common';
import { Span, SpanAttribute } from 'nest-telemetry';

/** Stands in for whatever prints receipts: nothing is printed. */
@Injectable()
export class ReceiptsService {
  private readonly logger = new Logger(ReceiptsService.name);

  @Span('issue-receipt')
  async issue(@SpanAttribute('order.id') orderId: number, totalCents: number): Promise<void> {
    this.logger.log(`The receipt of order ${orderId} over ${totalCents} cents was issued`);
  }
}
