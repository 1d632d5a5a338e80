import { beforeEach, describe, expect, it } from 'vitest';
import { KeepNotices } from './keep.notices.js';

const [TRACE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)];
const HOST = 'users:3000';

describe('Notices that a trace is kept', () => {
  let now = 0;
  let notices: KeepNotices;
  beforeEach(() => {
    now = 0;
    notices = new KeepNotices(5000, () => now);
  });

  it('go to the hosts whose services have not decided, once it is known', () => {
    notices.isHeld(TRACE, HOST, 'one');
    expect(notices.take(HOST)).toEqual([]);
    notices.settled(TRACE, true);
    expect(notices.take('elsewhere:80')).toEqual([]);
    expect(notices.take(HOST)).toEqual([TRACE]);
  });

  it('are not sent about traces that are dropped', () => {
    notices.isHeld(TRACE, HOST, 'one');
    notices.settled(TRACE, false);
    expect(notices.take(HOST)).toEqual([]);
  });

  it('are sent again until the instance they are for has answered', () => {
    notices.isHeld(TRACE, HOST, 'one');
    notices.settled(TRACE, true);
    expect(notices.take(HOST)).toEqual([TRACE]);
    // The answer may be under way.
    expect(notices.take(HOST)).toEqual([]);
    notices.delivered(HOST, [TRACE], 'two');
    now += 200;
    expect(notices.take(HOST)).toEqual([TRACE]);
    notices.delivered(HOST, [TRACE], 'one');
    now += 200;
    expect(notices.take(HOST)).toEqual([]);
  });

  it('are given up when nobody waits any longer', () => {
    notices.isHeld(TRACE, HOST, 'one');
    notices.settled(TRACE, true);
    now += 5000;
    expect(notices.take(HOST)).toEqual([]);
  });

  it('reach every instance that was called, and no request carries more than 32', () => {
    notices.isHeld(OTHER, HOST, 'one');
    notices.isHeld(OTHER, HOST, 'two');
    notices.isHeld(OTHER, HOST, 'two');
    notices.settled(OTHER, true);
    expect(notices.take(HOST)).toEqual([OTHER, OTHER]);
    notices.delivered(HOST, [OTHER, OTHER], 'one');
    now += 200;
    expect(notices.take(HOST)).toEqual([OTHER]);
    notices.delivered(HOST, [OTHER], 'two');
    for (let at = 0; at < 50; at += 1) {
      const id = String(at).padStart(32, '0');
      notices.isHeld(id, HOST, 'one');
      notices.settled(id, true);
    }
    expect(notices.take(HOST)).toHaveLength(32);
    expect(notices.take(HOST)).toHaveLength(18);
  });
});
