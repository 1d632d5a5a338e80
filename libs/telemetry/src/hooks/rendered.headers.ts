import type { ClientRequest } from 'node:http';

/**
 * With headers given as an array, or with `Expect: 100-continue`, Node renders the head of a request in its
 * constructor: `setHeader` throws from then on, although nothing has been sent. The rendered text is the only place
 * left, and has been these fields in every Node version this package supports.
 */
interface RenderedRequest {
  _header?: string | null;
  /** Chunks that wait for a socket; with `Expect: 100-continue` the head is the first of them. */
  outputData?: { data: unknown }[];
  outputSize?: number;
}

const END_OF_LINE = '\r\n';

/** A header of the rendered head; undefined as well when the head was not rendered yet. */
export function renderedHeader(request: ClientRequest, name: string): string | undefined {
  const head = (request as RenderedRequest)._header;
  if (typeof head !== 'string') return undefined;
  const line = findLine(head, name);
  return line && head.slice(line.start + name.length + 1, line.end).trim();
}

/** Sets a header in the rendered head. Does nothing when the head is on its way already. */
export function setRenderedHeader(request: ClientRequest, name: string, value: string): void {
  const rendered = request as RenderedRequest;
  const before = rendered._header;
  if (typeof before !== 'string' || request.socket !== null) return;
  const line = findLine(before, name);
  const kept = line ? before.slice(0, line.start) + before.slice(line.end + END_OF_LINE.length) : before;
  const after = `${kept.slice(0, -END_OF_LINE.length)}${name}: ${value}${END_OF_LINE}${END_OF_LINE}`;
  rendered._header = after;
  const queued = rendered.outputData?.[0];
  if (queued?.data !== before) return;
  queued.data = after;
  if (rendered.outputSize !== undefined) rendered.outputSize += after.length - before.length;
}

/** Header names are the same in any case. */
function findLine(head: string, name: string): { start: number; end: number } | undefined {
  const at = head.toLowerCase().indexOf(`${END_OF_LINE}${name}:`);
  if (at < 0) return undefined;
  const start = at + END_OF_LINE.length;
  return { start, end: head.indexOf(END_OF_LINE, start) };
}
