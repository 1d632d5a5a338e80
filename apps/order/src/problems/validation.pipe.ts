import { BadRequestException, type ValidationError, ValidationPipe } from '@nestjs/common';
import type { FieldError } from './problem.js';

/** Names the fields that are wrong, in the answer and in the exception that is recorded. */
export const validationPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  exceptionFactory: (failures) => {
    const errors = fieldErrors(failures);
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
