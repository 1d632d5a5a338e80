import { fileURLToPath } from 'node:url';

/** Where a span was started. */
export interface Place {
  /** File, line and column of the first call that is the application's own. */
  describe(): string;
}

const FRAMES = 25;
const OWN = fileURLToPath(new URL('../..', import.meta.url));

/** Remembers the place of the caller. Taking the stack costs some microseconds; what it says is made out when asked. */
export function capturePlace(): Place {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const taken = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return { describe: () => placeIn(taken.stack) };
}

/** The first frame that is neither of this package, nor of a library, nor of Node. */
function placeIn(stack: string | undefined): string {
  const frames = (stack ?? '').split('\n').slice(1).map(locationOf);
  const found = frames.find((frame) => !/^node:|node_modules|^<|^native$/.test(frame) && !isOwn(frame));
  return found ?? frames.at(-1) ?? 'an unknown place';
}

function locationOf(frame: string): string {
  const [, location = frame.trim()] =
    /\(([^()]+)\)$/.exec(frame) ?? /^\s*at (?:async )?(.+)$/.exec(frame) ?? [];
  return location.startsWith('file:') ? location.replace(/^file:\/\//, '') : location;
}

function isOwn(frame: string): boolean {
  // Specs are beside the files of this package, and want to be told about themselves.
  return frame.startsWith(OWN) && !/\.spec\.[jt]s/.test(frame);
}
