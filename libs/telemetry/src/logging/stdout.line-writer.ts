/** Where finished lines go. */
export interface LineWriter {
  /** Takes one line, line feed included. Must not throw and must not wait. */
  write(line: string): void;
}

/**
 * Characters that may wait for a reader. Node keeps what a pipe does not take, without a limit: a reader that stopped
 * reading would cost the process its memory.
 */
const MAX_WAITING = 4 * 1024 * 1024;
/** Below this there is room again. */
const MUCH_LESS = MAX_WAITING / 2;

let dropped = 0;
let unreported = 0;
let listener: (count: number) => void = ignore;

/** Lines that were given up since the process started. */
export function droppedLines(): number {
  return dropped;
}

/** Tells how many lines were given up, each time that stdout is read again; returns how to stop that. */
export function whenReadAgain(tell: (count: number) => void): () => void {
  listener = tell;
  return () => {
    if (listener === tell) listener = ignore;
  };
}

function ignore(): void {}

// Node emits 'error' on the stream right after this callback, and ends the process when nobody listens to it: a
// reader that went away (`node main.js | head`) must not take a service with it. The same is done by `console`.
function onWritten(error: Error | null | undefined): void {
  if (error && process.stdout.listenerCount('error') === 0) process.stdout.once('error', ignore);
  if (unreported > 0 && !error && process.stdout.writableLength < MUCH_LESS) reportDropped();
}

function reportDropped(): void {
  const count = unreported;
  // First, because what is told is a line itself.
  unreported = 0;
  listener(count);
}

/**
 * Writes to `process.stdout` as Nest's `ConsoleLogger` does: one `write` per line and no buffer of its own. A closed or
 * broken stdout loses lines and nothing else; one that nobody reads keeps 4 MiB of them, and the rest is counted.
 */
export const stdoutLineWriter: LineWriter = {
  write(line) {
    try {
      // Looked up for every line: test runners and process managers replace it.
      const { stdout } = process;
      if (stdout.destroyed || stdout.writableEnded) {
        dropped += 1;
        return;
      }
      if (stdout.writableLength > MAX_WAITING) {
        dropped += 1;
        unreported += 1;
        return;
      }
      stdout.write(line, onWritten);
    } catch {
      // Nowhere left to report it.
    }
  },
};
