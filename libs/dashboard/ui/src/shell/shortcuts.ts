import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/** What a letter after `g` leads to. */
export interface KeyedPage {
  readonly path: string;
  readonly key: string;
}

const SEQUENCE_MILLIS = 1500;
/** After `g` the next key names a page, and does nothing else. */
let quietUntil = 0;

/** Keys that work on every page: `g` and a letter opens a page, `/` goes to the search, `?` shows all of them. */
export function useShortcuts(pages: readonly KeyedPage[], showHelp: () => void): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isForThePage(event)) return;
      if (performance.now() < quietUntil) {
        quietUntil = 0;
        // Taken: a page that listens as well is not to act on it.
        event.preventDefault();
        const page = pages.find(({ key }) => key === event.key);
        if (page !== undefined) navigate(page.path);
        return;
      }
      if (event.key === 'g') quietUntil = performance.now() + SEQUENCE_MILLIS;
      else if (event.key === '?') showHelp();
      else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('input[type="search"]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
        search.select();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, pages, showHelp]);
}

/** Keys of one page: `j`/`k` for rows, `e`/`E` for errors. They do nothing while somebody types. */
export function usePageKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isForThePage(event) || performance.now() < quietUntil) return;
      if (event.key === 'Enter' && isPressable(event.target)) return;
      const action = latest.current[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** Keys that nobody has taken, and that are not text, a command of the browser or meant for a dialog. */
function isForThePage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !isTyping(event.target) && document.querySelector('dialog[open]') === null;
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, [role="button"]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.isContentEditable;
}
