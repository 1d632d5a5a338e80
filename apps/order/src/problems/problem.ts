import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import { isUnreachable } from '../database/unreachable.js';

/** A field of the request and what is wrong with it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Body of an error answer, RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

/** Describes an exception to the caller; nothing of an unexpected error leaves the process. */
export function toProblem(exception: unknown): Problem {
  if (isUnreachable(exception)) {
    return { ...problemOf(HttpStatus.SERVICE_UNAVAILABLE), detail: 'The database does not answer.' };
  }
  if (!(exception instanceof HttpException)) return problemOf(HttpStatus.INTERNAL_SERVER_ERROR);
  const body = exception.getResponse();
  const { errors }: { errors?: readonly FieldError[] } = typeof body === 'string' ? {} : body;
  return { ...problemOf(exception.getStatus()), detail: exception.message, ...(errors && { errors }) };
}

function problemOf(status: number): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status };
}
