import { BadGatewayException, GatewayTimeoutException, Injectable, Logger } from '@nestjs/common';
import { Span } from 'nest-telemetry';
import { Settings } from '../settings.js';

/** What this service needs to know of a user. */
export interface Customer {
  readonly id: number;
  readonly name: string;
}

/** The user service over HTTP. */
@Injectable()
export class UsersClient {
  private readonly logger = new Logger(UsersClient.name);

  constructor(private readonly settings: Settings) {}

  /** Returns `undefined` for a user that does not exist. */
  @Span('find-customer')
  async find(id: number): Promise<Customer | undefined> {
    const { userUrl, userTimeoutMillis } = this.settings;
    try {
      const response = await fetch(new URL(`/users/${id}`, userUrl), {
        signal: AbortSignal.timeout(userTimeoutMillis),
      });
      if (response.ok) return (await response.json()) as Customer;
      // An unread body would keep its connection busy.
      await response.body?.cancel();
      if (response.status === 404) return undefined;
      throw new BadGatewayException(`The user service answered ${response.status}.`);
    } catch (cause) {
      if (cause instanceof BadGatewayException) throw cause;
      this.logger.warn(`The user service could not be asked: ${String(cause)}`);
      if (cause instanceof DOMException && cause.name === 'TimeoutError') {
        throw new GatewayTimeoutException(`The user service did not answer within ${userTimeoutMillis} ms.`, {
          cause,
        });
      }
      throw new BadGatewayException('The user service could not be reached.', { cause });
    }
  }
}
