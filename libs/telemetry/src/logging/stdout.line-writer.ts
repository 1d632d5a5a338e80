/** Where finished lines go. */
export interface LineWriter {
  /** Takes one line, line feed included. Must not throw and must not wait. */
  write(line: string): void;
}

function ignore(): void {}

// Node emits 'error' on the stream right after this callback, and ends the process when nobody listens to it: a
// reader that went away (`node main.js | head`) must not take a service with it. The same is done by `console`.
function onWritten(error: Error | null | undefined): void {
  if (error && process.stdout.listenerCount('error') === 0) process.stdout.once('error', ignore);
}

/**
 * Writes to `process.stdout` as Nest's `ConsoleLogger` does: one `write` per line and no buffer of its own. A closed or broken stdout loses lines and nothing else.
 */
export const stdoutLineWriter: LineWriter = {
  write(line) {
    try {
      // Looked up for every line: test runners and process managers replace it.
      const { stdout } = process;
      if (stdout.destroyed || stdout.writableEnded) return;
      stdout.write(line, onWritten);
    } catch {
      // Nowhere left to report it.
    }
  },
};
