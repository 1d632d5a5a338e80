import { describe, expect, it } from 'vitest';
import { HOSTILE_PARTS, hostileText } from './hostile-texts.spec-helper.js';
import { KeyRules } from './key.rules.js';
import { SCANNERS } from './scanners.js';
import { TextScan } from './text.scan.js';

const LENGTH = 1 << 18;
/** The square of this is far from it, so that a busy machine cannot make one look like the other. */
const TIMES = 16;
/** What is shorter is noise. */
const SHORTEST_MILLISECONDS = 0.5;

function milliseconds(run: () => void): number {
  let best = Infinity;
  for (let count = 0; count < 5; count++) {
    const before = process.cpuUsage();
    run();
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / 1000);
  }
  return best;
}

describe('Texts made to be slow', () => {
  const scan = new TextScan(new KeyRules(), SCANNERS);

  it.each(HOSTILE_PARTS)('%j takes no longer than it is long', (part) => {
    const [fraction, whole] = [hostileText(part, LENGTH / TIMES), hostileText(part, LENGTH)];
    scan.find(whole);
    const short = milliseconds(() => scan.find(fraction));
    const long = milliseconds(() => scan.find(whole));
    // How long a megabyte takes is in test/bench/micro/redaction.ts.
    expect(long).toBeLessThan(4 * TIMES * Math.max(short, SHORTEST_MILLISECONDS));
  });
});
