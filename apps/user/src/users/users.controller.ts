import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Traceable } from 'nest-telemetry';
import type { User } from './user.entity.js';
import { CreateUserBody, ListUsersQuery, UserParams } from './users.dto.js';
import { type UserPage, UsersService } from './users.service.js';

@Traceable()
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  list(@Query() query: ListUsersQuery): Promise<UserPage> {
    return this.users.list(query);
  }

  @Get(':id')
  findOne(@Param() { id }: UserParams): Promise<User> {
    return this.users.get(id);
  }

  @Post()
  create(@Body() body: CreateUserBody): Promise<User> {
    return this.users.create(body);
  }
}
