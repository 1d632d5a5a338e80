import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type AriaAttributes,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
} from 'react';
import styles from './virtual.rows.module.css';

export interface VirtualRowsProps<Item> {
  readonly items: readonly Item[];
  readonly rowHeight: number;
  readonly label: string;
  /** Index of the row that is selected, or -1. */
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly onOpen?: (index: number) => void;
  /** The last row is in sight. */
  readonly onEnd?: () => void;
  readonly keyOf: (item: Item) => string;
  readonly header?: ReactNode;
  /** @defaultValue `grid` */
  readonly role?: 'grid' | 'treegrid';
  /** Of the row, e.g. the level in a tree. */
  readonly ariaOf?: (item: Item) => AriaAttributes;
  /** Names a class for a row that is to look different. */
  readonly classOf?: (item: Item) => string | undefined;
  /** A key the table itself does nothing with; true when something came of it. */
  readonly onKey?: (key: string) => boolean;
  readonly children: (item: Item, index: number) => ReactNode;
}

/** Height of the heads, which stay in sight above the rows. */
const HEADER_HEIGHT = 30;

/**
 * A table of any length of which only the rows in sight are drawn. It is one stop for the Tab key; inside it the arrow
 * keys choose the row, as in any grid.
 */
export function VirtualRows<Item>(props: VirtualRowsProps<Item>) {
  const { items, rowHeight, label, selected, onSelect, onOpen, onEnd, keyOf, header, children } = props;
  const { role = 'grid', ariaOf, classOf, onKey } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const top = header === undefined ? 0 : HEADER_HEIGHT;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    paddingStart: top,
    scrollPaddingStart: top,
  });
  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? -1;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 1) onEnd?.();
  }, [last, items.length, onEnd]);
  const place = useRef(selected);
  const selectedKey = keyAt(items, selected, keyOf);
  useEffect(() => {
    place.current = selected;
  });
  // Once for each row that is chosen: later rows that come in are not to take a reader back to it.
  useEffect(() => {
    if (selectedKey !== undefined) rows.scrollToIndex(place.current, { align: 'auto' });
  }, [selectedKey, rows]);
  const firstKey = keyAt(items, 0, keyOf);
  const knownFirst = useRef(firstKey);
  useLayoutEffect(() => {
    const known = knownFirst.current;
    knownFirst.current = firstKey;
    const frame = scroller.current;
    if (known === undefined || known === firstKey || frame === null || frame.scrollTop === 0) return;
    // Rows put in front are not to move those that are being read.
    const added = items.findIndex((item) => keyOf(item) === known);
    if (added > 0) frame.scrollTop += added * rowHeight;
  }, [firstKey, items, keyOf, rowHeight]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== scroller.current) return;
    const target = targetOf(event.key, selected, items.length);
    if (target !== undefined) onSelect(target);
    else if (event.key === 'Enter' && selected >= 0 && onOpen !== undefined) onOpen(selected);
    else if (onKey?.(event.key) !== true) return;
    event.preventDefault();
  };
  const isSelectedDrawn = drawn.some(({ index }) => index === selected);
  return (
    <div
      ref={scroller}
      className={styles['frame']}
      role={role}
      aria-label={label}
      aria-rowcount={items.length + (top > 0 ? 1 : 0)}
      aria-activedescendant={isSelectedDrawn ? `${id}${selected}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {top > 0 && (
        <div className={styles['header']} role="rowgroup" style={{ height: top }}>
          <div role="row" aria-rowindex={1}>
            {header}
          </div>
        </div>
      )}
      {items.length > 0 && (
        <div role="rowgroup" style={{ height: rows.getTotalSize() - top, position: 'relative' }}>
          {drawn.map(({ index, start }) => {
            const item = items[index] as Item;
            return (
              <div
                {...ariaOf?.(item)}
                key={keyOf(item)}
                id={`${id}${index}`}
                role="row"
                aria-rowindex={index + (top > 0 ? 2 : 1)}
                aria-selected={index === selected}
                className={`${styles['row'] ?? ''} ${classOf?.(item) ?? ''}`}
                style={{ height: rowHeight, transform: `translateY(${start - top}px)` }}
                onClick={() => onSelect(index)}
                onDoubleClick={() => onOpen?.(index)}
              >
                {children(item, index)}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

function keyAt<Item>(
  items: readonly Item[],
  index: number,
  keyOf: (item: Item) => string,
): string | undefined {
  const item = items[index];
  return item === undefined ? undefined : keyOf(item);
}

const PAGE = 20;

/** The row a key leads to; undefined for a key that leads nowhere. */
function targetOf(key: string, selected: number, length: number): number | undefined {
  if (length === 0) return undefined;
  const to = (index: number): number => Math.min(Math.max(0, index), length - 1);
  switch (key) {
    case 'ArrowDown':
      return to(selected + 1);
    case 'ArrowUp':
      return to(selected - 1);
    case 'PageDown':
      return to(selected + PAGE);
    case 'PageUp':
      return to(selected - PAGE);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
