import { Controller, UseFilters, UsePipes } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Traceable } from 'nest-telemetry';
import { GrpcStatusFilter } from '../problems/grpc-status.filter.js';
import { validationPipe } from '../problems/validation.pipe.js';
import type { User } from './user.entity.js';
import { CreateUserBody, UserParams } from './users.dto.js';
import { UsersService } from './users.service.js';

/** The same answers as over HTTP, to the same rules. */
@Traceable()
@Controller()
@UsePipes(validationPipe)
@UseFilters(GrpcStatusFilter)
export class UsersGrpcController {
  constructor(private readonly users: UsersService) {}

  @GrpcMethod('Users', 'GetUser')
  getUser({ id }: UserParams): Promise<User> {
    return this.users.get(id);
  }

  @GrpcMethod('Users', 'CreateUser')
  createUser(body: CreateUserBody): Promise<User> {
    return this.users.create(body);
  }
}
