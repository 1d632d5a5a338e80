import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, tap } from 'rxjs';

/** One line per handled request, within its trace. */
@Injectable()
export class RequestLogInterceptor implements NestInterceptor {
  private readonly logger = new Logger(RequestLogInterceptor.name);

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const { method, url = '' } = http.getRequest<IncomingMessage>();
    // A query may hold what does not belong in a log.
    const [path] = url.split('?');
    const startedAt = performance.now();
    const write = (status: number) => {
      const milliseconds = Math.round(performance.now() - startedAt);
      this.logger.log(`${method} ${path} answered ${status} in ${milliseconds} ms`);
    };
    return next.handle().pipe(
      tap({
        complete: () => write(http.getResponse<ServerResponse>().statusCode),
        error: (error) => write(error instanceof HttpException ? error.getStatus() : 500),
      }),
    );
  }
}
