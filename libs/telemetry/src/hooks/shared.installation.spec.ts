import { describe, expect, it } from 'vitest';
import { sharedInstallationPer } from './shared.installation.js';

describe('An installation that is shared per subject', () => {
  it('happens once for each, and goes with its last owner', () => {
    const installed: object[] = [];
    const share = sharedInstallationPer((subject: object) => {
      installed.push(subject);
      return () => void installed.splice(installed.indexOf(subject), 1);
    });
    const [one, other] = [{}, {}];
    const first = share(one);
    const second = share(one);
    const third = share(other);
    expect(installed).toEqual([one, other]);
    first();
    first();
    expect(installed).toContain(one);
    second();
    third();
    expect(installed).toEqual([]);
    share(one)();
    expect(installed).toEqual([]);
  });
});
