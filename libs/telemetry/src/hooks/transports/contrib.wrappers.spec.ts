import { describe, expect, it } from 'vitest';
import { useUninstrumented } from './contrib.wrappers.js';

/** Wraps as the instrumentations of OpenTelemetry do. */
function instrumented(original: () => string): () => string {
  return Object.assign(() => `traced ${original()}`, { __original: original, __wrapped: true });
}

describe('A method that instrumentations have wrapped', () => {
  it('is called as it was before all of them, by this object only', () => {
    class Channel {
      consume(): string {
        return 'message';
      }
    }
    Object.assign(Channel.prototype, { consume: instrumented(instrumented(() => 'message')) });
    const [ours, other] = [new Channel(), new Channel()];
    useUninstrumented(ours, 'consume');
    expect([ours.consume(), other.consume()]).toEqual(['message', 'traced traced message']);
  });

  it('stays as it is where nobody has wrapped it', () => {
    const channel = { consume: () => 'message' };
    const { consume } = channel;
    useUninstrumented(channel, 'consume');
    useUninstrumented(channel, 'missing');
    useUninstrumented(undefined, 'consume');
    expect(channel).toEqual({ consume });
  });

  it('ends at a circle', () => {
    const circle: { (): string; __original?: unknown } = () => 'round';
    circle.__original = circle;
    const channel = { consume: circle };
    useUninstrumented(channel, 'consume');
    expect(channel.consume()).toBe('round');
  });
});
