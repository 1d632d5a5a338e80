import type { Attributes } from '@opentelemetry/api';
import {
  CODE_FUNCTION_NAME,
  NESTJS_CALLBACK,
  NESTJS_PROVIDER,
  NESTJS_SCHEDULE_CRON,
  NESTJS_SCHEDULE_MILLIS,
  NESTJS_SCHEDULE_NAME,
  NESTJS_SCHEDULE_TIME_ZONE,
  NESTJS_SCHEDULE_TYPE,
} from '../../semconv.js';

/** Name and attributes of the span of one run. Metrics only ever see `low`. */
export interface ScheduleSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** Something that runs at its time. */
export interface ScheduledJob {
  readonly type: 'cron' | 'interval' | 'timeout';
  /** The decorated method; absent for a job that was added while the application runs. */
  readonly method?: { readonly provider: string; readonly name: string } | undefined;
  /** What the job is called in the `SchedulerRegistry`. */
  readonly name?: string | undefined;
  readonly cron?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly millis?: number | undefined;
}

/**
 * A run, named `cron CleanupService.purge`. A job that was added at run time may be called anything (`reminder-4711`), so
 * its name is an attribute and the span is named by the type alone.
 */
export function scheduleSpan({ type, method, name, cron, timeZone, millis }: ScheduledJob): ScheduleSpan {
  const low: Attributes = { [NESTJS_SCHEDULE_TYPE]: type };
  const high: Attributes = {};
  if (name !== undefined) high[NESTJS_SCHEDULE_NAME] = name;
  if (cron !== undefined) high[NESTJS_SCHEDULE_CRON] = cron;
  if (timeZone !== undefined) high[NESTJS_SCHEDULE_TIME_ZONE] = timeZone;
  if (millis !== undefined) high[NESTJS_SCHEDULE_MILLIS] = millis;
  if (method === undefined) return { name: type, low, high };
  const function_ = `${method.provider}.${method.name}`;
  low[CODE_FUNCTION_NAME] = function_;
  high[NESTJS_PROVIDER] = method.provider;
  high[NESTJS_CALLBACK] = method.name;
  return { name: `${type} ${function_}`, low, high };
}
