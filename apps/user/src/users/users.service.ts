import { ConflictException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { SpanAttribute, Traceable } from 'nest-telemetry';
import { isUniqueViolation } from '../database/unique-violation.js';
import type { User } from './user.entity.js';
import type { CreateUserBody, ListUsersQuery } from './users.dto.js';
import { type UserSummary, UsersRepository } from './users.repository.js';

export interface UserPage {
  readonly items: readonly UserSummary[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
}

@Traceable()
@Injectable()
export class UsersService {
  private readonly logger = new Logger(UsersService.name);

  constructor(private readonly users: UsersRepository) {}

  async list({ page, limit }: ListUsersQuery): Promise<UserPage> {
    const [items, total] = await this.users.page((page - 1) * limit, limit);
    return { items, page, limit, total };
  }

  async get(@SpanAttribute('user.id') id: number): Promise<User> {
    const user = await this.users.findById(id);
    if (user === null) {
      throw new NotFoundException({
        message: `User ${id} does not exist.`,
        errors: [{ field: 'id', message: 'no such user' }],
      });
    }
    this.logger.log(`User ${id} was looked up`);
    return user;
  }

  async create({ name, email, locale = 'en-GB', newsletter = false }: CreateUserBody): Promise<User> {
    try {
      const user = await this.users.add({ name, email, preferences: { locale, newsletter } });
      this.logger.log(`User ${user.id} was created`);
      return user;
    } catch (cause) {
      if (!isUniqueViolation(cause)) throw cause;
      throw new ConflictException(
        {
          message: 'A user with this e-mail address exists.',
          errors: [{ field: 'email', message: 'email is taken' }],
        },
        { cause },
      );
    }
  }
}
