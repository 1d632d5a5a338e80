import { describe, expect, it } from 'vitest';
import { loggerSettings } from './logger.options.js';

const terminal = { isTTY: true };
const settingsOf = (env: NodeJS.ProcessEnv, stdout: { isTTY?: boolean } = {}) =>
  loggerSettings([{}, {}], { env, stdout });

describe('without options a logger', () => {
  it('writes JSON without colours, and a readable coloured form in a terminal', () => {
    expect(settingsOf({})).toEqual({
      level: 'log',
      levels: {},
      format: 'json',
      colors: false,
      service: {},
    });
    expect(settingsOf({}, terminal)).toMatchObject({ format: 'pretty', colors: true });
  });

  it('follows the environment', () => {
    expect(settingsOf({ LOG_LEVEL: 'debug', LOG_FORMAT: 'json' }, terminal)).toMatchObject({
      level: 'debug',
      format: 'json',
    });
    expect(settingsOf({ LOG_FORMAT: 'pretty' })).toMatchObject({ format: 'pretty', colors: false });
    expect(settingsOf({ OTEL_SERVICE_NAME: 'order' }).service).toEqual({ name: 'order' });
  });

  it.each([[{ NO_COLOR: '1' }], [{ TERM: 'dumb' }]])('has no colours with %j', (env) => {
    expect(settingsOf(env, terminal).colors).toBe(false);
  });

  it('ignores what it does not know', () => {
    expect(settingsOf({ LOG_LEVEL: 'constructor', LOG_FORMAT: 'xml', NO_COLOR: '' }, terminal)).toMatchObject(
      {
        level: 'log',
        format: 'pretty',
        colors: true,
      },
    );
  });
});
