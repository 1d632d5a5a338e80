import { describe, expect, it } from 'vitest';
import { Progress } from './progress.ts';

function recordedOutput(isTTY: boolean) {
  const written: string[] = [];
  return {
    isTTY,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
    text: () => written.join(''),
  };
}

describe('Progress', () => {
  it('writes plain lines where there is no terminal', async () => {
    const output = recordedOutput(false);
    expect(await new Progress(output).step('Building', async () => 42)).toBe(42);
    expect(output.text()).toMatch(/^… Building\n✓ Building \(\d+\.\d s\)\n$/);
  });

  it('replaces its line in a terminal', async () => {
    const output = recordedOutput(true);
    await new Progress(output).step('Building', async () => undefined);
    expect(output.text()).toContain('\r\x1b[2K✓ Building (');
  });

  it('marks a step that failed and passes its error on', async () => {
    const output = recordedOutput(false);
    const step = new Progress(output).step('Building', () => Promise.reject(new Error('no')));
    await expect(step).rejects.toThrow('no');
    expect(output.text()).toMatch(/✗ Building/);
  });
});
