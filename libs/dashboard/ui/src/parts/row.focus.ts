import { type RefObject, useRef } from 'react';
import { usePageKeys } from '../shell/shortcuts.ts';

/**
 * `j` and `k` for a list or table that is drawn whole: they move the focus between the elements marked `data-row`, so
 * that Enter does what it does on any link. `e` and `E` go to those marked `data-row="error"`.
 */
export function useRowFocus<Container extends HTMLElement>(): RefObject<Container | null> {
  const container = useRef<Container>(null);
  const move = (step: 1 | -1, selector: string): void => {
    const rows = [...(container.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const current = rows.findIndex((row) => row === document.activeElement);
    // Without a row in focus the first step forward is the first row, and backward the last.
    const from = current === -1 && step === -1 ? rows.length : current;
    for (let index = from + step; index >= 0 && index < rows.length; index += step) {
      const row = rows[index];
      if (row?.matches(selector) !== true) continue;
      row.focus();
      row.scrollIntoView({ block: 'nearest' });
      return;
    }
  };
  usePageKeys({
    j: () => move(1, '[data-row]'),
    k: () => move(-1, '[data-row]'),
    e: () => move(1, '[data-row="error"]'),
    E: () => move(-1, '[data-row="error"]'),
  });
  return container;
}
