import { DashboardError } from '../dashboard.errors.js';

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d];
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c]);

/**
 * Cuts a stream of bytes into the JSON objects in it, whether there is one on each line or one over many lines. What is
 * between the braces is left to who decodes it.
 * @throws DashboardError `ND_IMPORT_MALFORMED` or `ND_BODY_TOO_LARGE`
 */
export async function* jsonDocuments(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let depth = 0;
  let inText = false;
  let isEscaped = false;
  for await (const chunk of source) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (byte === OPEN) {
        if (depth === 0) from = at;
        depth += 1;
      } else if (depth === 0) {
        if (!BLANK.has(byte)) throw malformed('there is something between the objects');
      } else if (byte === QUOTE) inText = true;
      else if (byte === CLOSE && (depth -= 1) === 0) {
        yield Buffer.concat([...parts, chunk.subarray(from, at + 1)]);
        parts = [];
        size = 0;
      }
    }
    if (depth === 0) continue;
    const rest = chunk.subarray(from);
    size += rest.length;
    if (size > mostBytes)
      throw new DashboardError('ND_BODY_TOO_LARGE', `One object may have ${mostBytes} bytes.`);
    // The chunk may be part of a buffer that is used again.
    parts.push(Uint8Array.from(rest));
  }
  if (depth > 0) throw malformed('it ends within an object');
}

function malformed(why: string): DashboardError {
  return new DashboardError('ND_IMPORT_MALFORMED', `This is no OTLP JSON: ${why}.`);
}
