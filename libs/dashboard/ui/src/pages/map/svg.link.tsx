import type { MouseEvent, ReactNode } from 'react';

/** A link within a picture that opens a page of this application. */
export function SvgLink({
  href,
  label,
  className,
  onOpen,
  children,
}: {
  readonly href: string;
  /** What it leads to, in words: the drawing says nothing to a screen reader. */
  readonly label: string;
  readonly className: string | undefined;
  readonly onOpen: (href: string) => void;
  readonly children: ReactNode;
}) {
  const onClick = (event: MouseEvent): void => {
    // With a key held the browser opens it elsewhere.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(href);
  };
  return (
    <a href={href} className={className} onClick={onClick}>
      <title>{label}</title>
      {children}
    </a>
  );
}
