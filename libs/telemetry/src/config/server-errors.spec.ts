import { BadRequestException, InternalServerErrorException } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { isGatewayError, isGraphqlServerError, isServerError } from './server-errors.js';

/** What `WsException` of the optional peer is known by. */
const wsException = Object.assign(new Error('x'), { getError: () => 'x' });

const broken = {
  get extensions(): never {
    throw new Error('careless');
  },
};

describe('an error is the fault of the server', () => {
  it.each([
    [new Error('x'), true],
    [new BadRequestException(), false],
    [new InternalServerErrorException(), true],
    ['text', true],
    [null, true],
    [undefined, true],
  ])('over HTTP: %s', (error, expected) => {
    expect(isServerError(error)).toBe(expected);
  });

  it.each([
    [new Error('x'), true],
    [new BadRequestException(), false],
    [new GraphQLError('x'), true],
    [new GraphQLError('x', { extensions: { code: 'INTERNAL_SERVER_ERROR' } }), true],
    [new GraphQLError('x', { extensions: { code: 'BAD_USER_INPUT' } }), false],
    [Object.assign(new Error('x'), { statusCode: 400 }), false],
    [Object.assign(new Error('x'), { statusCode: 500 }), true],
    [null, true],
  ])('over GraphQL: %s', (error, expected) => {
    expect(isGraphqlServerError(error)).toBe(expected);
  });

  it('if it cannot be looked at', () => {
    expect(isGraphqlServerError(broken)).toBe(true);
  });

  it.each([
    [new Error('x'), true],
    [wsException, false],
    [new BadRequestException(), false],
    [undefined, true],
  ])('in a gateway: %s', (error, expected) => {
    expect(isGatewayError(error)).toBe(expected);
  });
});
