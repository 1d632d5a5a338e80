import {
  BadGatewayException,
  GatewayTimeoutException,
  Inject,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { type ClientGrpc, GrpcStatus } from '@nestjs/microservices';
import { Span } from 'nest-telemetry';
import { firstValueFrom, type Observable } from 'rxjs';
import { Settings } from '../settings.js';
import { type Customer, UsersClient } from './users.client.js';

export const USERS_GRPC = Symbol('users.v1');

interface UsersService {
  getUser(request: { id: number }, options: { deadline: number }): Observable<Customer>;
}

/** The user service over gRPC. */
@Injectable()
export class GrpcUsersClient extends UsersClient implements OnModuleInit {
  private readonly logger = new Logger(GrpcUsersClient.name);
  private users!: UsersService;

  constructor(
    private readonly settings: Settings,
    @Inject(USERS_GRPC) private readonly grpc: ClientGrpc,
  ) {
    super();
  }

  onModuleInit(): void {
    this.users = this.grpc.getService<UsersService>('Users');
  }

  @Span('find-customer')
  async find(id: number): Promise<Customer | undefined> {
    const { userTimeoutMillis } = this.settings;
    const deadline = Date.now() + userTimeoutMillis;
    try {
      return await firstValueFrom(this.users.getUser({ id }, { deadline }));
    } catch (cause) {
      const code = (cause as { code?: GrpcStatus }).code ?? GrpcStatus.UNKNOWN;
      if (code === GrpcStatus.NOT_FOUND) return undefined;
      this.logger.warn(`The user service could not be asked: ${String(cause)}`);
      if (code === GrpcStatus.DEADLINE_EXCEEDED) {
        throw new GatewayTimeoutException(`The user service did not answer within ${userTimeoutMillis} ms.`, {
          cause,
        });
      }
      throw new BadGatewayException(
        code === GrpcStatus.UNAVAILABLE
          ? 'The user service could not be reached.'
          : `The user service answered ${GrpcStatus[code]}.`,
        { cause },
      );
    }
  }
}
