import 'reflect-metadata';
import type { ScheduledJob } from '../tracing/conventions/schedule.conventions.js';
import { noting } from './handled.work.js';
import type { Hook } from './hook.js';
import { installedBy, moduleClass, notImported, prototypeOf, unknownVersion } from './library.class.js';
import { ScheduledRuns } from './scheduled.runs.js';
import { sharedInstallationPer } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

type Run = (this: unknown, ...args: unknown[]) => unknown;

/** A job of the `cron` package. */
interface CronJob {
  readonly cronTime?: { readonly source?: unknown; readonly timeZone?: unknown };
  /** What it calls when the time has come. */
  readonly _callbacks?: Run[];
}

/** Metadata that the decorators leave on a method, by the value of `SchedulerType`. */
const TYPES = new Map([
  [1, { type: 'cron', options: 'SCHEDULE_CRON_OPTIONS' }],
  [2, { type: 'timeout', options: 'SCHEDULE_TIMEOUT_OPTIONS' }],
  [3, { type: 'interval', options: 'SCHEDULE_INTERVAL_OPTIONS' }],
] as const);

/** What runs for decorated methods, so that jobs of the application itself can be told from them. */
const decorated = new WeakSet<Run>();

/**
 * Runs of `@Cron`, `@Interval` and `@Timeout` methods, and of cron jobs that are added to the `SchedulerRegistry` while
 * the application runs. Each is the root of a trace and linked to the run before it. Of timers that are added at run
 * time the registry only gets a handle, so their runs cannot be seen.
 */
export const scheduleHook: Hook = {
  name: 'schedule',

  install({ options, modules }) {
    if (moduleClass(modules, 'ScheduleModule') === undefined) return notImported('@nestjs/schedule');
    if (!options.traces.schedule.enabled) {
      return { installed: false, reason: 'traces.schedule.enabled is false' };
    }
    const explorer = prototypeOf(
      modules,
      'ScheduleExplorer',
      'lookupSchedulers',
      'wrapFunctionInTryCatchBlocks',
    );
    const registry = prototypeOf(modules, 'SchedulerRegistry', 'addCronJob');
    if (explorer === undefined || registry === undefined) return unknownVersion('@nestjs/schedule');
    return installedBy(observeMethods(explorer), observeAddedJobs(registry));
  },
};

/** The explorer puts every decorated method into a function that logs its errors; that function is what runs. */
const observeMethods = sharedInstallationPer((explorer: object) => {
  let wanted = true;
  let key: string | undefined;
  const undo = [
    wrapMethod(explorer, 'lookupSchedulers', (lookup) => {
      return function (this: unknown, instance: object, method: string) {
        key = method;
        try {
          return lookup.call(this, instance, method);
        } finally {
          key = undefined;
        }
      };
    }),
    wrapMethod(explorer, 'wrapFunctionInTryCatchBlocks', (guard) => {
      return function (this: unknown, method: Run, instance: object) {
        const unobserved = guard.call(this, method, instance) as Run;
        const runs = new ScheduledRuns(describeMethod(method, instance, key ?? method.name));
        const observed: Run = (...args) => {
          if (!wanted) return unobserved(...args);
          // Made anew for every run, so that the failures of overlapping runs are not taken for one another.
          return runs.runHandled(async (failed) =>
            (guard.call(this, noting(method, failed), instance) as Run)(...args),
          );
        };
        decorated.add(observed);
        return observed;
      };
    }),
  ];
  return () => {
    wanted = false;
    for (const step of undo) step();
  };
});

const observeAddedJobs = sharedInstallationPer((registry: object) => {
  let wanted = true;
  const undo = wrapMethod(registry, 'addCronJob', (add) => {
    return function (this: unknown, name: string, job: CronJob) {
      const callbacks = job._callbacks;
      if (Array.isArray(callbacks) && !callbacks.some((each) => decorated.has(each))) {
        const runs = new ScheduledRuns({ type: 'cron', name, ...describeTime(job.cronTime) });
        for (const [at, callback] of callbacks.entries()) {
          callbacks[at] = function (this: unknown, ...args) {
            return wanted ? runs.run(() => callback.apply(this, args)) : callback.apply(this, args);
          };
        }
      }
      return add.call(this, name, job);
    };
  });
  return () => {
    wanted = false;
    undo();
  };
});

function describeMethod(method: Run, instance: object, name: string): ScheduledJob {
  const read = (key: string): unknown => Reflect.getMetadata(key, method);
  const kind = TYPES.get(read('SCHEDULER_TYPE') as 1 | 2 | 3) ?? { type: 'cron', options: '' };
  const { cronTime, timeZone, timeout } = (read(kind.options) ?? {}) as Record<string, unknown>;
  return {
    type: kind.type,
    method: { provider: instance.constructor.name, name },
    name: text(read('SCHEDULER_NAME')),
    ...describeTime({ source: cronTime, timeZone }),
    millis: typeof timeout === 'number' ? timeout : undefined,
  };
}

function describeTime(time: CronJob['cronTime']): Pick<ScheduledJob, 'cron' | 'timeZone'> {
  const { source, timeZone } = time ?? {};
  // A moment instead of an expression comes as a Date, or as a DateTime of Luxon.
  const cron = source instanceof Date ? source.toISOString() : source?.toString();
  return { cron: text(cron), timeZone: text(timeZone) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
