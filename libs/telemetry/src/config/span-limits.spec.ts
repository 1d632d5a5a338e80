import { describe, expect, it } from 'vitest';
import { resolveSpanLimits } from './span-limits.js';

describe('the limits of a span', () => {
  const env = {
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
    OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2',
    OTEL_SPAN_EVENT_COUNT_LIMIT: '3',
    OTEL_SPAN_LINK_COUNT_LIMIT: '4',
    OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '5',
    OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '6',
  };

  it('come from the variables of the specification', () => {
    expect(resolveSpanLimits({}, env)).toEqual({
      attributeCountLimit: 1,
      attributeValueLengthLimit: 2,
      eventCountLimit: 3,
      linkCountLimit: 4,
      attributePerEventCountLimit: 5,
      attributePerLinkCountLimit: 6,
    });
  });

  it('come from the options first', () => {
    expect(resolveSpanLimits({ eventCountLimit: 9 }, env)).toMatchObject({
      eventCountLimit: 9,
      linkCountLimit: 4,
    });
  });

  it('fall back to the limits for all signals, and to the older names', () => {
    const older = {
      OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '8',
      OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '9',
      OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: '10',
    };
    expect(resolveSpanLimits({}, older)).toEqual({
      attributeCountLimit: 7,
      attributeValueLengthLimit: 8,
      attributePerEventCountLimit: 9,
      attributePerLinkCountLimit: 10,
    });
    expect(resolveSpanLimits({}, { ...older, ...env })).toMatchObject({ attributeCountLimit: 1 });
  });

  it('are left to the defaults where nothing is said', () => {
    expect(resolveSpanLimits({}, {})).toEqual({});
  });
});
