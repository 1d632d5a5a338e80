import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { trace, type Span } from '@opentelemetry/api';
import { TelemetryModule } from 'nest-telemetry';

@Module({ imports: [TelemetryModule.forRoot()] })
class ClientModule {}

/** Starts an application, which traces outgoing requests; returns how to close it. */
export async function startApplication(): Promise<() => Promise<void>> {
  const app = await NestFactory.createApplicationContext(ClientModule, { logger: false });
  return () => app.close();
}

/** Runs in a span named `parent`, as a request handler would. */
export function inParent<T>(run: (parent: Span) => Promise<T>): Promise<T> {
  return trace.getTracer('spec').startActiveSpan('parent', async (parent) => {
    try {
      return await run(parent);
    } finally {
      parent.end();
    }
  });
}
