import type { Ref } from 'react';
import { PAGES } from './pages.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search on this page'],
  ['j, k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['p', 'Pause or go on (traces)'],
  ['e, E', 'Next and previous error'],
  ['n, N', 'Next and previous span found (trace)'],
  ['x, X', 'Fold the span, fold all (trace)'],
  ['w, s, a, d', 'Zoom in and out, left and right (trace)'],
  ['c', 'Critical path (trace)'],
  ['?', 'This list'],
  ['Esc', 'Close'],
];

/** The list of keys. */
export function Help({ ref }: { readonly ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog ref={ref} aria-labelledby="help-title">
      <h2 id="help-title">Keyboard</h2>
      <dl className="keys">
        {PAGES.map(({ key, title }) => (
          <div key={key}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{title}</dd>
          </div>
        ))}
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
