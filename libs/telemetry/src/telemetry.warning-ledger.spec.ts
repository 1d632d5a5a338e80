import { describe, expect, it } from 'vitest';
import { WarningLedger } from './telemetry.warning-ledger.js';

const MINUTE = 60_000;
const failed = (where: string, reason = 'no') => ['NT_USER_CODE_FAILED', { where, reason }] as const;

describe('A warning', () => {
  it('is due once a minute, whatever its reason is, and tells how often it was not', () => {
    const ledger = new WarningLedger();
    expect(ledger.enter(...failed('a', 'span 1'), 0)).toEqual({ isDue: true, unsaid: 0 });
    expect(ledger.enter(...failed('a', 'span 2'), 1)).toMatchObject({ isDue: false });
    expect(ledger.enter(...failed('a', 'span 3'), MINUTE - 1)).toMatchObject({ isDue: false });
    expect(ledger.enter(...failed('a', 'span 4'), MINUTE)).toEqual({ isDue: true, unsaid: 2 });
    expect(ledger.enter(...failed('a', 'span 5'), 2 * MINUTE)).toEqual({ isDue: true, unsaid: 0 });
  });

  it('is another one when it is about something else', () => {
    const ledger = new WarningLedger();
    expect(ledger.enter(...failed('a'), 0).isDue).toBe(true);
    expect(ledger.enter(...failed('b'), 0).isDue).toBe(true);
    expect(ledger.enter('NT_EXPORT_FAILED', { destination: 'a', reason: 'no' }, 0).isDue).toBe(true);
  });

  it('is counted each time', () => {
    const ledger = new WarningLedger();
    for (let count = 0; count < 5; count += 1) ledger.enter(...failed('a'), count);
    ledger.enter('NT_FOREIGN_SDK', {}, 0);
    expect([...ledger.counts]).toEqual([
      ['NT_USER_CODE_FAILED', 5],
      ['NT_FOREIGN_SDK', 1],
    ]);
  });

  it('about ever new things does not fill memory, and does not flood the log', () => {
    const ledger = new WarningLedger();
    let due = 0;
    for (let count = 0; count < 20_000; count += 1)
      if (ledger.enter(...failed(`span ${count}`), count / 1000).isDue) due += 1;
    expect(due).toBeLessThanOrEqual(1001);
    expect(ledger.enter(...failed('span again'), 2 * MINUTE).isDue).toBe(true);
  });
});
