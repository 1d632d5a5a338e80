import { describe, expect, it } from 'vitest';
import { formatOf, rateFormatOf, unitName } from './unit.format.ts';

describe('the unit of a metric', () => {
  it('makes durations readable, whatever they were measured in', () => {
    expect(formatOf('s')(0.0042)).toBe('4.20 ms');
    expect(formatOf('ms')(4200)).toBe('4.20 s');
    expect(formatOf('ns')(1500)).toBe('1.50 µs');
    expect(formatOf('s')(0)).toBe('0');
  });

  it('makes bytes readable', () => {
    expect(formatOf('By')(0)).toBe('0');
    expect(formatOf('By')(0.5)).toBe('0.5 B');
    expect(formatOf('By')(73_400_320)).toBe('70 MiB');
    expect(formatOf('KiBy')(2048)).toBe('2 MiB');
    expect(formatOf('By')(-2048)).toBe('−2 KiB');
  });

  it('leaves out what is no unit', () => {
    expect(formatOf('{request}')(12.345)).toBe('12.3');
    expect(formatOf('1')(0.123_45)).toBe('0.123');
    expect(formatOf('')(1_250_000)).toBe('1.25M');
  });

  it('names any other', () => {
    expect(formatOf('%')(40)).toBe('40 %');
    expect(formatOf('Cel')(21.5)).toBe('21.5 Cel');
    expect([unitName('{request}'), unitName('1'), unitName('By')]).toEqual(['request', '', 'By']);
  });

  it('is per second in a rate', () => {
    expect(rateFormatOf('{request}')(12)).toBe('12/s');
    expect(rateFormatOf('By')(2048)).toBe('2 KiB/s');
  });
});
