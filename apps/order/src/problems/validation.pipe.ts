import { BadRequestException, type ValidationError, ValidationPipe } from '@nestjs/common';
import type { FieldError } from './problem.js';

/** A small body can hold very many mistakes; nobody reads more of them. */
const MAX_ERRORS = 20;

/** Names the fields that are wrong, in the answer and in the exception that is recorded. */
export const validationPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  exceptionFactory: (failures) => {
    const errors = fieldErrors(failures).slice(0, MAX_ERRORS);
    return new BadRequestException({
      message: `The request is not valid: ${errors.map(({ field }) => field).join(', ')}.`,
      errors,
    });
  },
});

function fieldErrors(failures: readonly ValidationError[], parent = ''): FieldError[] {
  return failures.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = `${parent}${property}`;
    return [
      ...Object.values(constraints).map((message) => ({ field, message })),
      ...fieldErrors(children, `${field}.`),
    ];
  });
}
