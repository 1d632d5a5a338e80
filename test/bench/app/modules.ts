import { Controller, Get, Injectable, Module, type ModuleMetadata, Param, type Type } from '@nestjs/common';

interface User {
  readonly id: string;
  readonly name: string;
  readonly greeting?: string;
}

type Lookup = (id: string) => Promise<User>;

/** All that differs between the variants: the modules they import and the decorator on the service methods. */
export interface Telemetry {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly span: () => (target: object, name: string, method: TypedPropertyDescriptor<Lookup>) => void;
}

/** An application without routes: what is left is the price of starting. */
export function emptyModule({ imports }: Telemetry): Type {
  @Module({ imports })
  class EmptyModule {}
  return EmptyModule;
}

/** `GET /users/:id` through three nested service methods, and `GET /hello`; no I/O, so the telemetry shows most. */
export function usersModule({ imports, span }: Telemetry): Type {
  @Injectable()
  class UserStore {
    @span()
    async find(id: string): Promise<User> {
      return { id, name: 'Ada' };
    }
  }

  @Injectable()
  class ProfileService {
    constructor(private readonly store: UserStore) {}

    @span()
    async load(id: string): Promise<User> {
      const user = await this.store.find(id);
      return { ...user, greeting: `Hello ${user.name}` };
    }
  }

  @Injectable()
  class UserService {
    constructor(private readonly profiles: ProfileService) {}

    @span()
    async get(id: string): Promise<User> {
      return this.profiles.load(id);
    }
  }

  @Controller()
  class UserController {
    constructor(private readonly users: UserService) {}

    @Get('users/:id')
    get(@Param('id') id: string): Promise<User> {
      return this.users.get(id);
    }

    @Get('hello')
    hello(): string {
      return 'hello';
    }
  }

  @Module({ imports, controllers: [UserController], providers: [UserService, ProfileService, UserStore] })
  class UsersModule {}
  return UsersModule;
}
