import { randomUUID } from 'node:crypto';
import { HttpException, HttpStatus, Injectable, Logger } from '@nestjs/common';
import { Span } from 'nest-telemetry';

/** The card token that is always declined; every other one is accepted. */
const DECLINED_CARD = 'tok_declined';

export interface Charge {
  readonly amountCents: number;
  readonly cardToken: string;
}

/** Stands in for a payment provider: no money moves. */
@Injectable()
export class PaymentsService {
  private readonly logger = new Logger(PaymentsService.name);

  /** Returns the id of the authorisation. */
  @Span('process-payment', ({ amountCents }: Charge) => ({
    attributes: { 'payment.amount_cents': amountCents },
  }))
  async authorize({ amountCents, cardToken }: Charge): Promise<string> {
    if (cardToken === DECLINED_CARD) {
      this.logger.warn(`A payment of ${amountCents} cents was declined`);
      throw new HttpException(
        {
          message: 'The card was declined.',
          errors: [{ field: 'cardToken', message: 'declined by the issuer' }],
        },
        HttpStatus.PAYMENT_REQUIRED,
      );
    }
    this.logger.log(`A payment of ${amountCents} cents was authorised`);
    return randomUUID();
  }

  /** Gives up an authorisation whose order could not be kept. */
  @Span('void-payment')
  async void(paymentId: string): Promise<void> {
    this.logger.warn(`Payment ${paymentId} was voided`);
  }
}
