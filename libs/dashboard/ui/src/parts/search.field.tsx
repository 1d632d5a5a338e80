import { useEffect, useRef, useState } from 'react';

const TYPING_MILLIS = 200;

/** A text that is passed on when its writer pauses; `/` leads to it where it is a search. */
export function SearchField({
  label,
  placeholder,
  value,
  type = 'search',
  width,
  onChange,
  onEnter,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly type?: 'search' | 'text' | 'number';
  /** As wide as there is room without it. */
  readonly width?: string;
  readonly onChange: (value: string) => void;
  /** Enter, or Shift and Enter. */
  readonly onEnter?: (isBack: boolean) => void;
}) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const [sent, setSent] = useState(value);
  // Changed from elsewhere, by a link or another control: that counts more than what was being written.
  if (known !== value) {
    setKnown(value);
    if (value !== sent) setText(value);
  }
  const send = useRef(onChange);
  useEffect(() => {
    send.current = onChange;
  });
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => {
      setSent(text);
      send.current(text);
    }, TYPING_MILLIS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <input
      type={type}
      aria-label={label}
      placeholder={placeholder}
      min={type === 'number' ? 0 : undefined}
      step={type === 'number' ? 'any' : undefined}
      className="field"
      style={width === undefined ? { flex: 1, minWidth: '14rem' } : { width }}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          // The browser would empty a search; here the key only leads out of it.
          event.preventDefault();
          event.currentTarget.blur();
        }
        if (event.key !== 'Enter') return;
        if (text === value) onEnter?.(event.shiftKey);
        else {
          setSent(text);
          onChange(text);
        }
      }}
    />
  );
}
