import { TelemetryLogger } from 'nest-telemetry';
import type { HostileCases } from './hostile.case.ts';
import {
  BIGINT,
  boom,
  CYCLE,
  DEEP,
  DOUBLED,
  MUTE,
  NOTHING,
  NULL,
  OBJECT_PROXY,
  PROXY,
  REVOKED,
  SYMBOL,
  THROWN,
  withGetter,
} from './values.ts';

const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;
const VALUES: Readonly<Record<string, unknown>> = {
  nothing: NOTHING,
  null: NULL,
  'a symbol': SYMBOL,
  'a bigint': BIGINT,
  'a proxy': OBJECT_PROXY,
  'a revoked proxy': REVOKED,
  'a getter that throws': withGetter('message'),
  'something without text': MUTE,
  'something that contains itself': CYCLE,
  'something nested very deep': DEEP,
  'something that explodes': DOUBLED,
};

/** Nest's logger and ours. */
export const logsCases: HostileCases = {
  ...Object.fromEntries(
    Object.entries({ ...VALUES, ...THROWN }).map(([name, value]) => [
      `${name} as a message, a parameter and a context`,
      {
        act: ({ writer }) => {
          const logger = new TelemetryLogger({ level: 'verbose', format: 'json', writer });
          const pretty = new TelemetryLogger({ level: 'verbose', format: 'pretty', writer });
          for (const level of LEVELS) {
            for (const each of [logger, pretty]) {
              each[level](value);
              each[level]('text', value);
              each[level]('text', value, 'Context');
              each[level](value, value, value);
            }
          }
        },
      },
    ]),
  ),
  'a message function that throws': {
    act: ({ writer }) => new TelemetryLogger({ writer }).log(() => boom('message')),
    warns: [/A log message function/],
  },
  'a message function that answers with a proxy': {
    act: ({ writer }) => new TelemetryLogger({ writer }).log(() => PROXY),
    mayWarn: [/A log message function/],
  },
  'a writer that throws': {
    act: () => {
      const logger = new TelemetryLogger({ writer: { write: () => boom('writer') } });
      logger.log('text');
      logger.error(new Error('text'));
    },
    warns: [/A log writer/],
  },
  'a writer that rejects': {
    act: () => {
      const write = (() => Promise.reject(new Error('later'))) as never;
      new TelemetryLogger({ writer: { write } }).log('text');
    },
    warns: [/A log writer/],
  },
  'a writer that logs': {
    act: () => {
      const logger: TelemetryLogger = new TelemetryLogger({ writer: { write: () => logger.log('again') } });
      logger.log('text');
    },
  },
  'levels that are none': {
    act: ({ writer }) => {
      const logger = new TelemetryLogger({ writer });
      for (const levels of [NULL, NOTHING, 5 as never, [NULL, SYMBOL] as never, OBJECT_PROXY])
        logger.setLogLevels(levels);
      logger.isLevelEnabled(NULL);
    },
    warns: ['NT_CALL_INVALID'],
  },
};
