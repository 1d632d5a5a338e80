import { expect, it } from 'vitest';
import { unitSuffix } from './units.js';

it.each([
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['By/s', 'bytes_per_second'],
  ['m/s', 'meters_per_second'],
  ['%', 'percent'],
  ['Cel', 'celsius'],
  ['{request}', ''],
  ['{request}/s', 'per_second'],
  ['s{cpu}', 'seconds'],
  ['1/s', 'per_second'],
  ['', ''],
  ['furlong', 'furlong'],
  ['a b', 'a_b'],
  ['/', ''],
  ['{', ''],
  ['constructor', 'constructor'],
])('The unit %s becomes "%s"', (unit, suffix) => {
  expect(unitSuffix(unit, false)).toBe(suffix);
});

it('1 is a ratio for gauges, and nothing for others', () => {
  expect([unitSuffix('1', true), unitSuffix('1', false)]).toEqual(['ratio', '']);
});
