import { diag, DiagConsoleLogger } from '@opentelemetry/api';
import { diagLogLevelFromString } from '@opentelemetry/core';
import { type Environment, readText } from '../config/environment.js';

/** Has OpenTelemetry say on the console what `OTEL_LOG_LEVEL` asks for; without it nothing is said, and nothing changed. */
export function followDiagnosticLevel(env: Environment): void {
  const logLevel = diagLogLevelFromString(readText(env, 'OTEL_LOG_LEVEL'));
  if (logLevel !== undefined)
    diag.setLogger(new DiagConsoleLogger(), { logLevel, suppressOverrideMessage: true });
}
