import type { Logger, LoggerOptions, LoggerProvider } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordLimits } from '@opentelemetry/sdk-logs';
import type { GuardLogProcessor } from '../../processors/guard.log-processor.js';
import { holdingProcess } from '../deadline.js';
import { LeanLogger, type LogPipeline } from './lean.logger.js';
import { resolveLogLimits } from './log-limits.js';

export interface LeanLoggerProviderOptions {
  readonly resource: Resource;
  readonly processor: GuardLogProcessor;
  readonly limits?: LogRecordLimits;
}

/** The provider behind the OpenTelemetry Logs API: ours, pino's and winston's records and those of contrib code. */
export class LeanLoggerProvider implements LoggerProvider {
  readonly #pipeline: LogPipeline;
  readonly #loggers = new Map<string, Logger>();

  constructor({ resource, processor, limits = {} }: LeanLoggerProviderOptions) {
    this.#pipeline = { resource, processor, limits: resolveLogLimits(limits), stopped: false };
  }

  getLogger(name: string, version?: string, options?: LoggerOptions): Logger {
    const key = JSON.stringify([name, version, options?.schemaUrl, options?.attributes]);
    let logger = this.#loggers.get(key);
    if (logger === undefined) {
      const scope = { name, version, schemaUrl: options?.schemaUrl, attributes: options?.attributes };
      logger = new LeanLogger(scope as InstrumentationScope, this.#pipeline);
      this.#loggers.set(key, logger);
    }
    return logger;
  }

  /** Asks every processor to hand on what it holds. Never rejects. */
  forceFlush(): Promise<void> {
    return holdingProcess(this.#pipeline.processor.forceFlush());
  }

  /** Hands on what is waiting and takes no more. Never rejects. */
  shutdown(): Promise<void> {
    this.#pipeline.stopped = true;
    return this.#pipeline.processor.shutdown();
  }
}
