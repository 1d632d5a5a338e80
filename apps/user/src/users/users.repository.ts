import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Traceable } from 'nest-telemetry';
import { Repository } from 'typeorm';
import { User } from './user.entity.js';

export type UserSummary = Pick<User, 'id' | 'name' | 'email'>;

@Traceable()
@Injectable()
export class UsersRepository {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  page(skip: number, take: number): Promise<[UserSummary[], number]> {
    return this.users.findAndCount({
      select: { id: true, name: true, email: true },
      order: { id: 'ASC' },
      skip,
      take,
    });
  }

  findById(id: number): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  /** One statement: `save()` would open a transaction, and SQLite has one connection that all requests share. */
  async add(values: Omit<User, 'id' | 'orders'>): Promise<User> {
    const user = this.users.create(values);
    await this.users.insert(user);
    user.orders = 0;
    return user;
  }
}
