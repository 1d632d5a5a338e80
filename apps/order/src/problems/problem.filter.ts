import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { toProblem } from './problem.js';

const UNAVAILABLE: number = HttpStatus.SERVICE_UNAVAILABLE;
/** What a caller is told to wait before it asks again. */
const RETRY_AFTER_SECONDS = '5';

/** Answers every error as `application/problem+json` (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = toProblem(exception);
    if (problem.status >= 500) this.logger.error(exception);
    const response: unknown = host.switchToHttp().getResponse();
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'content-type', 'application/problem+json');
    if (problem.status === UNAVAILABLE) {
      httpAdapter.setHeader(response, 'retry-after', RETRY_AFTER_SECONDS);
    }
    httpAdapter.reply(response, problem, problem.status);
  }
}
