import { type ReactNode, useId } from 'react';

/** A button that shows something over the page until Escape or a click elsewhere; the browser does the work. */
export function Popover({
  title,
  heading,
  children,
}: {
  readonly title: string;
  readonly heading: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <>
      <button type="button" popoverTarget={id}>
        {title}
      </button>
      <div id={id} popover="auto" role="dialog" aria-label={heading} className="popover">
        <h2>{heading}</h2>
        {children}
      </div>
    </>
  );
}
