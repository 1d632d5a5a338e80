import { expect, it } from 'vitest';
import type { SpoolEvent } from '../spool.events.js';
import { tellingOnce } from './once.told.js';

const began: SpoolEvent = { type: 'drops-began', reason: 'full', detail: '' };
const ended: SpoolEvent = { type: 'drops-ended', reason: 'full', records: 3 };

it('Drops that two sides notice are told of once when they begin, and by both when they are over', () => {
  const told: SpoolEvent[] = [];
  const tell = tellingOnce((event) => void told.push(event));
  for (const event of [began, began, ended, ended, began]) tell(event);
  expect(told).toEqual([began, ended, ended, began]);
});

it('Drops for one reason do not silence those for another', () => {
  const told: SpoolEvent[] = [];
  const tell = tellingOnce((event) => void told.push(event));
  const other: SpoolEvent = { type: 'drops-began', reason: 'expired', detail: '' };
  for (const event of [began, other]) tell(event);
  expect(told).toEqual([began, other]);
});

it('Drops that begin again after a side died without a word are told of', () => {
  let now = 0;
  const told: SpoolEvent[] = [];
  const tell = tellingOnce(
    (event) => void told.push(event),
    () => now,
  );
  tell(began);
  now = 60_000;
  tell(began);
  expect(told).toEqual([began, began]);
});
