/**
 * `node --import nest-telemetry/register dist/main.js`
 *
 * Adds the instrumentations of libraries that are installed (pg, mysql2, mongodb, ioredis, amqplib, kafkajs …). They
 * must be in place before the application is loaded, which no module can do. The SDK itself is left to
 * {@link TelemetryModule}, whose options would otherwise come too late; in a program without the module it is started
 * here, from the environment (docs/adr/0002).
 */
import { dirname, resolve } from 'node:path';
import { onFirstSpan } from './sdk/first-span.js';
import { loadInstrumentations } from './sdk/instrumentations.js';
import { registerImportHook } from './sdk/import-hook.js';
import { leaseRuntime, moduleIsExpected, prepareInstrumentations } from './sdk/runtime-lease.js';
import { resolveForApplication } from './telemetry.settings.js';

/** Time for the entry point to load the module that imports TelemetryModule, also when it does so dynamically. */
const MODULE_GRACE_MILLIS = 1000;

const { options, env } = resolveForApplication({});
if (options.enabled) {
  const instrumentations = await loadInstrumentations(env, applicationFolders());
  registerImportHook(instrumentations.flatMap(({ libraries }) => libraries));
  prepareInstrumentations(instrumentations.map(({ instrumentation }) => instrumentation));

  let isDecided = false;
  const startWithoutModule = (): void => {
    if (isDecided) return;
    isDecided = true;
    if (moduleIsExpected()) return;
    const lease = leaseRuntime('nest-telemetry/register', {}, options, env);
    process.once('beforeExit', () => void lease.release());
  };
  // A script may be over before the time is.
  onFirstSpan(startWithoutModule);
  setTimeout(startWithoutModule, MODULE_GRACE_MILLIS).unref();
}

/** Where the application's packages are looked for: beside the entry point, then in the working directory. */
function applicationFolders(): string[] {
  const entry = process.argv[1];
  return [...(entry === undefined ? [] : [dirname(resolve(entry))]), process.cwd()];
}
