import type { EventView, SpanView } from '../../../../../src/api/api.types.ts';
import { AttributeTable } from '../../../parts/attribute.table.tsx';
import { duration } from '../../../parts/format.ts';
import styles from './span.panel.module.css';

/** What happened during a span, in order. */
export function SpanEvents({ span }: { readonly span: SpanView }) {
  return (
    <ul className={styles['list']}>
      {span.events.map((event, index) => (
        // Events have no identity of their own, and their order does not change.
        <li key={index} className={styles['item']}>
          <span className={styles['when']}>+{duration(Math.max(0, event.timeUs - span.startUs))}</span>
          <span className={styles['text']}>
            {event.name === 'exception' ? <Exception event={event} /> : <Other event={event} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Exception({ event: { attributes } }: { readonly event: EventView }) {
  const {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
    ...others
  } = attributes;
  return (
    <>
      <strong className="error">{typeof type === 'string' ? type : 'exception'}</strong>{' '}
      {typeof message === 'string' ? message : ''}
      {typeof stack === 'string' && (
        <pre className={styles['stack']} tabIndex={0} aria-label="Stack trace">
          {stack}
        </pre>
      )}
      {Object.keys(others).length > 0 && <AttributeTable attributes={others} label="Exception attributes" />}
    </>
  );
}

function Other({ event: { name, attributes } }: { readonly event: EventView }) {
  if (Object.keys(attributes).length === 0) return <>{name}</>;
  return (
    <details>
      <summary>
        {name}
        <span className="hint"> {briefly(attributes)}</span>
      </summary>
      <AttributeTable attributes={attributes} label={`Attributes of ${name}`} />
    </details>
  );
}

/** What a layer of Nest or any event says of itself in a few words. */
function briefly(attributes: EventView['attributes']): string {
  const { 'nestjs.layer.name': layer, 'nestjs.layer.outcome': outcome } = attributes;
  if (typeof layer === 'string') return `${layer}${typeof outcome === 'string' ? ` ${outcome}` : ''}`;
  const [first] = Object.values(attributes);
  return typeof first === 'object' ? '' : String(first).slice(0, 60);
}
