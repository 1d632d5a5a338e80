import { describe, expect, it } from 'vitest';
import { TelemetryError } from '../telemetry.errors.js';
import { useWarningSink } from '../telemetry.warnings.js';
import type { AutoTraceOptions } from '../telemetry.options.js';
import { classFilter } from './class-filter.js';
import { validateOptions } from './validate-options.js';

const classes = [
  ['OrdersService', 'OrdersModule'],
  ['OrdersRepository', 'OrdersModule'],
  ['UsersService', 'UsersModule'],
] as const;

function matched(options: AutoTraceOptions): string[] {
  const matches = classFilter(options);
  return classes
    .filter(([className, moduleName]) => matches({ className, moduleName, kind: 'provider' }))
    .map(([className]) => className);
}

describe('The classes that autoTrace matches', () => {
  it.each<[AutoTraceOptions, string[]]>([
    [{}, ['OrdersService', 'OrdersRepository', 'UsersService']],
    [{ include: [] }, []],
    [{ include: ['OrdersService'] }, ['OrdersService']],
    [{ include: ['Orders'] }, []],
    [{ include: ['*Service'] }, ['OrdersService', 'UsersService']],
    [{ include: ['OrdersModule'], exclude: ['*Repository'] }, ['OrdersService']],
    [{ include: [/^users/i] }, ['UsersService']],
    [{ include: [({ className }) => className.length < 13] }, ['UsersService']],
    [{ exclude: ['Orders*'] }, ['UsersService']],
    // Nothing but the asterisk means anything in a text.
    [{ include: ['Users.ervice', '(Users|Orders)Service'] }, []],
  ])('by %j are %j', (options, expected) => {
    expect(matched(options)).toEqual(expected);
  });

  it('are the same at every question, also for a RegExp that remembers where it stopped', () => {
    expect(matched({ include: [/Orders/g] })).toEqual(['OrdersService', 'OrdersRepository']);
    expect(matched({ include: [/Orders/y] })).toEqual(['OrdersService', 'OrdersRepository']);
  });

  it('are not those that a function throws on, which is said', () => {
    const warnings: string[] = [];
    const restore = useWarningSink((code) => warnings.push(code));
    const careless = (): never => {
      throw new Error('careless');
    };
    expect(matched({ include: [careless, 'Users*'], exclude: [careless] })).toEqual(['UsersService']);
    expect(new Set(warnings)).toEqual(new Set(['NT_USER_CODE_FAILED']));
    restore();
  });
});

describe('A bad option', () => {
  it.each<[object, string]>([
    [{ autoTrace: { include: [''] } }, 'autoTrace.include.0'],
    [{ autoTrace: { include: [7] } }, 'autoTrace.include.0'],
    [{ autoTrace: { exclude: 'OrdersService' } }, 'autoTrace.exclude'],
    [{ autoTrace: { only: [] } }, 'autoTrace.only'],
    [{ autoTrace: true }, 'autoTrace'],
    [{ traces: { layers: { detail: 'span' } } }, 'traces.layers.detail'],
    [{ traces: { layers: 'events' } }, 'traces.layers'],
    [{ traces: { lifecycle: 'yes' } }, 'traces.lifecycle'],
  ])('%j is refused by its path', (options, path) => {
    let error: unknown;
    try {
      validateOptions(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TelemetryError);
    expect(error).toMatchObject({ code: 'NT_OPTION_INVALID', details: { path } });
  });
});
