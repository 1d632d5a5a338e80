import { BadGatewayException, GatewayTimeoutException, Injectable, Logger } from '@nestjs/common';
import { Span } from 'nest-telemetry';
import { Settings } from '../settings.js';
import { type Customer, UsersClient } from './users.client.js';

/** The user service over HTTP. */
@Injectable()
export class HttpUsersClient extends UsersClient {
  private readonly logger = new Logger(HttpUsersClient.name);

  constructor(private readonly settings: Settings) {
    super();
  }

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
