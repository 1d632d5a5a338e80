import { describe, expect, it } from 'vitest';
import { parseTraceparent, renderTraceparent } from './traceparent.js';
import { SPAN_ID, TRACE_ID, TRACEPARENT } from './headers.spec-helper.js';

const ids = `${TRACE_ID}-${SPAN_ID}`;

describe('A traceparent', () => {
  it.each([
    ['sampled', `00-${ids}-01`, 1],
    ['not sampled', `00-${ids}-00`, 0],
    ['random', `00-${ids}-02`, 2],
    ['sampled and random', `00-${ids}-03`, 3],
    ['with flags nobody knows yet', `00-${ids}-ff`, 3],
    ['of a later version', `cc-${ids}-01`, 1],
    ['of a later version, of whose flags only one is known', `cc-${ids}-03`, 1],
    ['of a later version with more fields', `01-${ids}-01-what-the-future-will-be-like`, 1],
    ['of a later version with a last dash', `01-${ids}-01-`, 1],
  ])('is read: %s', (_case, value, traceFlags) => {
    expect(parseTraceparent(value)).toEqual({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags,
      isRemote: true,
    });
  });

  it.each([
    ['empty', ''],
    ['version ff', `ff-${ids}-01`],
    ['upper-case version', `CC-${ids}-01`],
    ['version of one digit', `0-${ids}-01`],
    ['version of three digits', `000-${ids}-01`],
    ['upper-case trace id', `00-${TRACE_ID.replace('1', 'A')}-${SPAN_ID}-01`],
    ['trace id of zeros', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['short trace id', `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ['long trace id', `00-${TRACE_ID}3-${SPAN_ID}-01`],
    ['trace id that is not hexadecimal', `00-${TRACE_ID.slice(1)}g-${SPAN_ID}-01`],
    ['span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['upper-case span id', `00-${TRACE_ID}-ABCDEF1234567890-01`],
    ['flags of one digit', `00-${ids}-1`],
    ['flags of three digits', `00-${ids}-001`],
    ['upper-case flags', `00-${ids}-0A`],
    ['flags that are not hexadecimal', `00-${ids}-0x`],
    ['version 00 with more fields', `00-${ids}-01-more`],
    ['version 00 with anything behind it', `${TRACEPARENT}.`],
    ['a later version with anything but a dash behind it', `cc-${ids}-01.more`],
    ['a later version that is too short', `cc-${ids}-0`],
    ['other separators', TRACEPARENT.replaceAll('-', '_')],
    ['space before', ` ${TRACEPARENT}`],
    ['line break before', `\n${TRACEPARENT}`],
    ['line break behind', `${TRACEPARENT}\n`],
    ['two of them', `${TRACEPARENT}, ${TRACEPARENT}`],
    ['two of a later version', `cc-${ids}-01, cc-${ids}-01`],
    ['digits that are not ASCII', `00-${TRACE_ID.slice(1)}١-${SPAN_ID}-01`],
  ])('is refused: %s', (_case, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it.each([
    [0, '00'],
    [1, '01'],
    [2, '02'],
    [3, '03'],
    [0x10, '00'],
    [0xff, '03'],
    [-1, '03'],
  ])('is written with two digits of flags: %i', (flags, digits) => {
    const span = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: flags };
    expect(renderTraceparent(span, flags)).toBe(`00-${ids}-${digits}`);
  });
});
