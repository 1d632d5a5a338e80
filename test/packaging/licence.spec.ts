import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LIBRARIES, readText, ROOT } from '../../tools/libraries.ts';

it.each(LIBRARIES)('libs/%s carries the licence of the repository', (library) => {
  expect(readText(ROOT, join('libs', library), 'LICENSE')).toBe(readText(ROOT, 'LICENSE'));
});
