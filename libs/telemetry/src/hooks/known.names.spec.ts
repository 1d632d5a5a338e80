import { expect, it } from 'vitest';
import { KnownNames } from './known.names.js';

it('lets the first names through, again and again, and calls the others _OTHER', () => {
  const names = new KnownNames(2);
  expect(['a', 'b', 'c', 'a', 'd'].map((name) => names.known(name))).toEqual([
    'a',
    'b',
    '_OTHER',
    'a',
    '_OTHER',
  ]);
});
