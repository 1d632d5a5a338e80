import { logs } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { GuardLogProcessor } from '../processors/guard.log-processor.js';
import { LeanLoggerProvider } from '../sdk/logs/lean.logger-provider.js';

/** Takes every log record that reaches the OpenTelemetry API, as a running application would. */
export function takeRecords(): { readonly records: ReadWriteLogRecord[]; readonly stop: () => void } {
  const records: ReadWriteLogRecord[] = [];
  const taking = {
    onEmit: (record: ReadWriteLogRecord) => void records.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  logs.disable();
  logs.setGlobalLoggerProvider(
    new LeanLoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      processor: new GuardLogProcessor([taking]),
    }),
  );
  return { records, stop: () => logs.disable() };
}
