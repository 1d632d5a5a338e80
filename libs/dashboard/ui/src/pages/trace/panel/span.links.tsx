import { Link } from 'wouter';
import type { SpanView } from '../../../../../src/api/api.types.ts';
import { AttributeTable } from '../../../parts/attribute.table.tsx';
import styles from './span.panel.module.css';

/** Spans this one is linked to, and spans that link here; all may be of other traces. */
export function SpanLinks({ span, traceId }: { readonly span: SpanView; readonly traceId: string }) {
  return (
    <ul className={styles['list']}>
      {span.links.map((link, index) => (
        <li key={`to ${index}`} className={styles['text']}>
          <SpanLink word="To" traceId={link.traceId} spanId={link.spanId} isHere={link.traceId === traceId} />
          {Object.keys(link.attributes).length > 0 && (
            <AttributeTable attributes={link.attributes} label="Link attributes" />
          )}
        </li>
      ))}
      {span.backLinks.map((link) => (
        <li key={`from ${link.traceId} ${link.spanId}`} className={styles['text']}>
          <SpanLink
            word="From"
            traceId={link.traceId}
            spanId={link.spanId}
            isHere={link.traceId === traceId}
          />
        </li>
      ))}
    </ul>
  );
}

function SpanLink({
  word,
  traceId,
  spanId,
  isHere,
}: {
  readonly word: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly isHere: boolean;
}) {
  return (
    <>
      {word}{' '}
      <Link href={`/traces/${traceId}?span=${spanId}`} className="mono">
        {isHere ? `span ${spanId}` : `trace ${traceId.slice(0, 8)}… span ${spanId}`}
      </Link>
      {isHere && <span className="hint"> of this trace</span>}
    </>
  );
}
