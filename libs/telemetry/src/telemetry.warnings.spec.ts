import { afterEach, describe, expect, it, vi } from 'vitest';
import { useRedactor } from './processors/redaction/current.redactor.js';
import { createRedactor } from './processors/redaction/standard.redactor.js';
import { userCodeFailed } from './telemetry.warnings.js';

afterEach(() => vi.restoreAllMocks());

describe('A warning of the process', () => {
  it.each([
    ['the address of a broker', 'connect ECONNREFUSED amqp://shop:hunter2@broker:5672'],
    ['a value that was refused', 'password=hunter2 is too short'],
    ['an address', 'no such user: hunter2@example.com'],
  ])('does not tell the secret in %s', (where, reason) => {
    const printed = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    userCodeFailed(`A hook (${where})`, new Error(reason));
    const [text, options] = printed.mock.calls[0] as unknown as [string, { code: string }];
    expect(options.code).toBe('NT_USER_CODE_FAILED');
    expect(text).toContain(where);
    expect(text).toContain('[redacted:');
    expect(text).not.toContain('hunter2');
  });

  it('tells everything when redaction is off', () => {
    const stop = useRedactor(createRedactor({ enabled: false }));
    const printed = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    userCodeFailed('A hook without redaction', new Error('password=hunter2'));
    stop();
    expect(String(printed.mock.calls[0]?.[0])).toContain('hunter2');
  });
});
