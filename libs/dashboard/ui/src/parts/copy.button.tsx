import { type ReactNode, useEffect, useState } from 'react';

const SHOWN_MILLIS = 1500;

/** Copies a text, and says that it did. */
export function CopyButton({
  text,
  label,
  className,
  children,
}: {
  /** What is copied; asked for when it is. */
  readonly text: () => string;
  /** What the button is called where its content does not say it. */
  readonly label?: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'refused'>('none');
  useEffect(() => {
    if (outcome === 'none') return undefined;
    const timer = setTimeout(() => setOutcome('none'), SHOWN_MILLIS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    // Browsers refuse on pages that are neither encrypted nor on this machine.
    const writing = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('No clipboard'));
    writing.then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  return (
    <button type="button" className={className} aria-label={label} title={label} onClick={copy}>
      <span aria-live="polite">
        {outcome === 'none' ? children : outcome === 'copied' ? 'Copied' : 'Not allowed'}
      </span>
    </button>
  );
}
