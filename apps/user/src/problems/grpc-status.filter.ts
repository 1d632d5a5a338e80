import { Catch, HttpStatus, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { GrpcStatus } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { toProblem } from './problem.js';

const CODES: Readonly<Record<number, GrpcStatus>> = {
  [HttpStatus.BAD_REQUEST]: GrpcStatus.INVALID_ARGUMENT,
  [HttpStatus.NOT_FOUND]: GrpcStatus.NOT_FOUND,
  [HttpStatus.CONFLICT]: GrpcStatus.ALREADY_EXISTS,
  [HttpStatus.SERVICE_UNAVAILABLE]: GrpcStatus.UNAVAILABLE,
};

/** Answers every error as a gRPC status: the code for what HTTP would answer, and the same words. */
@Catch()
export class GrpcStatusFilter implements RpcExceptionFilter {
  private readonly logger = new Logger(GrpcStatusFilter.name);

  catch(exception: unknown): Observable<never> {
    const { status, title, detail = title } = toProblem(exception);
    const code = CODES[status] ?? GrpcStatus.INTERNAL;
    if (status >= 500) this.logger.error(exception);
    return throwError(() => ({ code, message: detail }));
  }
}
