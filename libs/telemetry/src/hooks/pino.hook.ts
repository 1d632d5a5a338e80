import type { ModulesContainer } from '@nestjs/core';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { pinoMixin } from '../logging/pino.mixin.js';
import { isPinoTelemetry } from '../logging/pino.options.js';
import { sendPinoLine, type PinoLine } from '../logging/pino.record.js';
import { recordsAreRedacted } from '../processors/record.redactor.js';
import { guarded, warn } from '../telemetry.warnings.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';

/** Published by pino for every line, before it is put together; pino does nothing for it unless somebody listens. */
const LINE_CHANNEL = 'tracing:pino_asJson:start';

let heard = false;

function onLine(message: unknown): void {
  heard = true;
  guarded('A log line of pino', () => sendPinoLine(message as PinoLine), undefined);
}

const listen = sharedInstallation(() => {
  subscribe(LINE_CHANNEL, onLine);
  return () => void unsubscribe(LINE_CHANNEL, onLine);
});

/** Lines of pino, also those of nestjs-pino and pino-http, become log records as the objects they are made of. */
export const pinoHook: Hook = {
  name: 'pino',
  install({ options, modules }) {
    const imports = nestjsPinoParams(modules);
    // Every import of nestjs-pino with options of its own adds a middleware that logs each request.
    if (imports.length > 1) warn('NT_PINO_REGISTERED_TWICE', { count: imports.length });
    if (recordsAreRedacted() && !imports.every(redactsLines)) warn('NT_PINO_NOT_REDACTED');
    if (!isSending(options)) return { installed: false, absent: true, reason: 'log records go nowhere' };
    if (
      options.instrumentations.some(({ instrumentationName }) =>
        instrumentationName.endsWith('instrumentation-pino'),
      )
    ) {
      warn('NT_PINO_INSTRUMENTED_TWICE');
      return { installed: false, reason: 'instrumentation-pino sends its lines' };
    }
    return { installed: true, uninstall: listen(), isIdle: () => !heard };
  },
};

function isSending({ logs }: ResolvedOptions): boolean {
  return logs.enabled && (logs.exporters.length > 0 || logs.processors.length > 0);
}

/** The options of nestjs-pino, for each of its imports that has some. */
function nestjsPinoParams(modules: ModulesContainer): unknown[] {
  return [...modules.values()].flatMap(({ metatype, providers }) => {
    const params = metatype.name === 'LoggerModule' ? providers.get('pino-params') : undefined;
    return params === undefined ? [] : [params.instance];
  });
}

function redactsLines(params: unknown): boolean {
  const { pinoHttp } = (params ?? {}) as { pinoHttp?: unknown };
  const options: unknown = Array.isArray(pinoHttp) ? pinoHttp[0] : pinoHttp;
  if (!(options instanceof Object)) return false;
  // A logger that was made elsewhere tells nothing of its options.
  if ('logger' in options || isPinoTelemetry(options)) return true;
  return 'mixin' in options && options.mixin === pinoMixin;
}
