import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { BoundedContext, type Term } from './bounded.context.js';

const KEY = createContextKey('who');
const OTHER = createContextKey('other');

describe('A bounded context', () => {
  const term: Term = { isOver: false };
  const bounded = new BoundedContext(ROOT_CONTEXT.setValue(KEY, 'hook'), ROOT_CONTEXT, term);
  const derived = bounded.setValue(OTHER, 'kept');
  const without = derived.deleteValue(KEY);

  it('is the context of the work while the work lasts', () => {
    expect([bounded, derived, without].map((each) => each.getValue(KEY))).toEqual([
      'hook',
      'hook',
      undefined,
    ]);
  });

  it('is the one around it from then on, and so is what was derived from it', () => {
    term.isOver = true;
    expect([bounded, derived, without].map((each) => each.getValue(KEY))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([derived, without].map((each) => each.getValue(OTHER))).toEqual(['kept', 'kept']);
  });
});
