import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runtimeOverrides } from '../../sdk/runtime-overrides.js';
import { recordTelemetry, type TelemetryRecorder } from '../index.js';
import '../vitest.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
let telemetry: TelemetryRecorder;

/** Writes a line as an application's logger does. */
function log(fields: Record<string, unknown>): void {
  runtimeOverrides()?.lineWriter?.(
    `${JSON.stringify({ time: new Date().toISOString(), level: 'info', ...fields })}\n`,
  );
}

beforeEach(() => {
  telemetry = recordTelemetry();
  log({
    message: 'order placed',
    context: 'Orders',
    trace_id: TRACE,
    attributes: { orderId: 17, tenant: 'a' },
  });
  log({ level: 'error', message: 'payment failed', context: 'Payments' });
});
afterEach(() => telemetry.stop());

function failure(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It did not fail.');
}

describe('toHaveLogged', () => {
  it('finds a line by its text', () => {
    expect(telemetry).toHaveLogged('order placed');
    expect(telemetry).toHaveLogged(/placed$/);
    expect(telemetry).toHaveLogged({ message: expect.stringContaining('failed') });
    expect(telemetry).not.toHaveLogged('order');
  });

  it('compares level, context, attributes and trace', () => {
    expect(telemetry).toHaveLogged(/placed/, {
      level: 'log',
      context: 'Orders',
      attributes: { orderId: expect.any(Number), secret: undefined },
      traceId: TRACE,
    });
    expect(telemetry).toHaveLogged({ level: 'ERROR', context: 'Payments' });
    expect(telemetry).not.toHaveLogged(/placed/, { level: 'error' });
    expect(telemetry).not.toHaveLogged(/failed/, { traceId: expect.any(String) });
  });
});

describe('A failing toHaveLogged', () => {
  it('says what is different about the closest lines', () => {
    const message = failure(() =>
      expect(telemetry).toHaveLogged(/placed/, {
        level: 'warn',
        attributes: { tenant: 'b' },
        traceId: 'f00',
      }),
    );
    expect(message).toBe(
      [
        'expected a line to be logged with',
        '    message: /placed/',
        '    level: "warn"',
        '    attributes: {"tenant": "b"}',
        '    traceId: "f00"',
        'but no line is like that; the closest:',
        `  info [Orders] order placed (trace ${TRACE})`,
        '    level: expected warn, got info',
        `    traceId: expected "f00", got ${TRACE}`,
        '    attribute tenant: expected "b", got "a"',
        '  error [Payments] payment failed',
        '    message: expected /placed/',
        '    level: expected warn, got error',
        '    traceId: expected "f00", got none',
        '    attribute tenant: expected "b", got none',
      ].join('\n'),
    );
  });

  it('says what was not to be there, and when there is nothing at all', () => {
    expect(failure(() => expect(telemetry).not.toHaveLogged(/placed/))).toContain(
      'expected no line to be logged with\n    message: /placed/\nbut there is\n  info [Orders] order placed',
    );
    telemetry.clear();
    expect(failure(() => expect(telemetry).toHaveLogged('x'))).toContain('but nothing was logged');
  });
});
