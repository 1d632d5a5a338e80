import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';

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

/** What Nest's exceptions and its validation pipe put into their response. */
interface ExceptionBody {
  readonly message?: string | string[] | Readonly<Record<string, string[]>>;
  readonly errors?: readonly FieldError[];
}

/** Describes an exception to the caller; nothing of an unexpected error leaves the process. */
export function toProblem(exception: unknown): Problem {
  if (!(exception instanceof HttpException)) return problemOf(HttpStatus.INTERNAL_SERVER_ERROR);
  const body = exception.getResponse();
  const { message, errors }: ExceptionBody = typeof body === 'string' ? { message: body } : body;
  const problem = problemOf(exception.getStatus());
  if (typeof message === 'string') return { ...problem, detail: message, ...(errors && { errors }) };
  if (message === undefined || Array.isArray(message)) return { ...problem, detail: exception.message };
  return { ...problem, detail: 'The request is not valid.', errors: fieldErrors(message) };
}

function problemOf(status: number): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status };
}

function fieldErrors(messages: Readonly<Record<string, string[]>>): FieldError[] {
  return Object.entries(messages).flatMap(([field, texts]) => texts.map((message) => ({ field, message })));
}
