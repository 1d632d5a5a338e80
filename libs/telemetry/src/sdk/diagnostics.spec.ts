import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { followDiagnosticLevel } from './diagnostics.js';

const nothing = (): void => undefined;

describe('OTEL_LOG_LEVEL', () => {
  afterEach(() => {
    diag.disable();
    vi.restoreAllMocks();
  });

  it('says on the console what OpenTelemetry has to say, from that level on', () => {
    const set = vi.spyOn(diag, 'setLogger');
    followDiagnosticLevel({ OTEL_LOG_LEVEL: 'warn' });
    expect(set).toHaveBeenCalledOnce();
    expect(set.mock.calls[0]).toMatchObject([expect.any(DiagConsoleLogger), { logLevel: DiagLogLevel.WARN }]);
  });

  it('leaves alone what the application set, where it is not set itself', () => {
    const own = {
      verbose: nothing,
      debug: nothing,
      info: nothing,
      warn: vi.fn<() => void>(),
      error: nothing,
    };
    diag.setLogger(own);
    followDiagnosticLevel({});
    diag.warn('heard');
    expect(own.warn).toHaveBeenCalledWith('heard');
  });
});
