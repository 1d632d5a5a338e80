import { combined, eachPart, type Header } from './header.values.js';
import { countRejection, type RejectionReason } from './rejections.js';
import { isMember, MAX_MEMBERS, type TraceStateMember } from './strict.trace-state.js';

/** About the longest list of valid members, and what Node takes as all headers of a request together. */
const MAX_RECEIVED = 16_384;

/**
 * Reads a `tracestate`. One bad member makes the whole list worthless, as the specification has it: nobody can tell what
 * the rest was meant to be. Of members with the same key the first counts, because it is the latest.
 */
export function parseTracestate(header: Header): readonly TraceStateMember[] {
  const list = combined(header, MAX_RECEIVED);
  if (list === undefined) return discarded('tracestate_too_long');
  const members = new Map<string, string>();
  let count = 0;
  let fault: RejectionReason | undefined;
  eachPart(list, ',', (part) => {
    if (part === '') return true;
    count += 1;
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0));
    const value = part.slice(equals + 1);
    if (count > MAX_MEMBERS) fault = 'tracestate_too_many';
    else if (!isMember(key, value)) fault = 'tracestate_malformed';
    else if (!members.has(key)) members.set(key, value);
    return fault === undefined;
  });
  return fault === undefined ? [...members] : discarded(fault);
}

function discarded(reason: RejectionReason): readonly TraceStateMember[] {
  countRejection(reason);
  return [];
}
