import {
  Controller,
  Get,
  Param,
  ParseIntPipe,
  Query,
  UseGuards,
  UsePipes,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { enhancerNames } from './enhancer.names.js';

class AuthGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}
class RolesGuard extends AuthGuard {}
class TrimPipe extends ParseIntPipe {}

/** Names around the method `find` of a controller. */
function around(controller: Type<{ find: object }>, config = new ApplicationConfig()) {
  const callback = (controller.prototype as { find: object }).find;
  return enhancerNames({ controller, method: 'find', callback }, config);
}

describe('The names of what stands around a handler', () => {
  it('are those of the application, of the controller, of the method and of parameters, in this order', () => {
    @UseGuards(new RolesGuard())
    @UsePipes(TrimPipe)
    @Controller()
    class Orders {
      @UseGuards(AuthGuard)
      @Get()
      find(@Param('id', ParseIntPipe) id: number, @Query('page', new TrimPipe()) page: number): number {
        return id + page;
      }
    }
    const config = new ApplicationConfig();
    config.useGlobalGuards(new AuthGuard());
    expect(around(Orders, config)).toEqual({
      guards: ['AuthGuard', 'RolesGuard', 'AuthGuard'],
      interceptors: [],
      pipes: ['TrimPipe', 'ParseIntPipe', 'TrimPipe'],
      filters: [],
    });
  });

  it('say anonymous of what has none, and do not fail at objects without a class', () => {
    const plain = Object.assign(Object.create(null) as object, { canActivate: () => true }) as CanActivate;
    @UseGuards(class extends AuthGuard {}, { canActivate: () => true }, plain)
    @Controller()
    class Orders {
      @Get()
      find(): void {}
    }
    expect(around(Orders).guards).toEqual(['anonymous', 'Object', 'anonymous']);
  });

  it('are none for a handler with nothing around it', () => {
    @Controller()
    class Orders {
      @Get()
      find(): void {}
    }
    expect(around(Orders)).toEqual({ guards: [], interceptors: [], pipes: [], filters: [] });
  });
});
