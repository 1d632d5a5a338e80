import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { extract, inject, runInSpan } from 'nest-telemetry';
import type { Order } from '../orders/order.entity.js';
import { ReceiptsService } from './receipts.service.js';

/** What lies in the queue: the work, and beside it the context of who asked for it. */
interface Message {
  readonly headers: object;
  readonly orderId: number;
  readonly totalCents: number;
}

const QUEUE = 'receipts';
const attributes = { 'messaging.system.name': 'in_memory', 'messaging.destination.name': QUEUE };

/** Issues receipts one after the other, behind the back of the request. No library knows this queue, so it carries context by hand. */
@Injectable()
export class ReceiptQueue implements OnApplicationShutdown {
  private readonly logger = new Logger(ReceiptQueue.name);
  private readonly messages: Message[] = [];
  private working: Promise<void> | undefined;

  constructor(private readonly receipts: ReceiptsService) {}

  send({ id, totalCents }: Order): void {
    runInSpan(`send ${QUEUE}`, { kind: SpanKind.PRODUCER, attributes }, () => {
      this.messages.push({ headers: inject({}), orderId: id, totalCents });
    });
    this.working ??= this.work();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    // The answer to the customer goes first.
    await new Promise(setImmediate);
    for (let message = this.messages.shift(); message !== undefined; message = this.messages.shift()) {
      await this.process(message);
    }
    this.working = undefined;
  }

  private async process({ headers, orderId, totalCents }: Message): Promise<void> {
    const parent = extract(headers, { context: ROOT_CONTEXT });
    try {
      await runInSpan(`process ${QUEUE}`, { kind: SpanKind.CONSUMER, attributes, parent }, () =>
        this.receipts.issue(orderId, totalCents),
      );
    } catch (error) {
      this.logger.error(`The receipt of order ${orderId} was not issued: ${String(error)}`);
    }
  }
}
