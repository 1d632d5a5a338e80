import { CopyButton } from './copy.button.tsx';
import styles from './snippet.module.css';

/** Text to be pasted somewhere. */
export function Snippet({
  text,
  label,
  isProse = false,
}: {
  readonly text: string;
  readonly label: string;
  /** Sentences rather than lines of a file: they wrap, and are not set like code. */
  readonly isProse?: boolean;
}) {
  return (
    <figure className={styles['snippet']}>
      <figcaption className={styles['caption']}>
        <span>{label}</span>
        <CopyButton text={() => text}>Copy</CopyButton>
      </figcaption>
      {isProse ? (
        <p className={styles['prose']}>{text}</p>
      ) : (
        // A long line has to be scrolled, with the keyboard, too.
        <pre tabIndex={0} role="region" aria-label={label}>
          {text}
        </pre>
      )}
    </figure>
  );
}
