import { amount } from '../../../parts/format.ts';
import { SearchField } from '../../../parts/search.field.tsx';

export interface WaterfallBarProps {
  readonly query: string;
  readonly hits: number;
  /** Of the span that is chosen among the hits, from one; zero when it is none. */
  readonly position: number;
  readonly errors: number;
  readonly isCritical: boolean;
  readonly criticalReason: string | undefined;
  readonly isFolded: boolean;
  readonly isZoomed: boolean;
  readonly onQuery: (query: string) => void;
  readonly onHit: (step: 1 | -1) => void;
  readonly onError: (step: 1 | -1) => void;
  readonly onCritical: () => void;
  readonly onFold: () => void;
  /** Zero shows everything. */
  readonly onZoom: (factor: number) => void;
}

/** What can be done with the waterfall. */
export function WaterfallBar(props: WaterfallBarProps) {
  const { query, hits, position, errors, isCritical, criticalReason, isFolded, isZoomed } = props;
  const { onQuery, onHit, onError, onCritical, onFold, onZoom } = props;
  return (
    <div className="row" role="toolbar" aria-label="Waterfall">
      <SearchField
        label="Search this trace"
        placeholder="Search this trace: name, attribute or value, status=error duration>5ms"
        value={query}
        onChange={onQuery}
        onEnter={(isBack) => onHit(isBack ? -1 : 1)}
      />
      {query !== '' && (
        <span role="status" className="hint">
          {hits === 0
            ? 'No span'
            : `${position > 0 ? `${position} of ` : ''}${amount(hits)} ${hits === 1 ? 'span' : 'spans'}`}
        </span>
      )}
      {errors > 0 && (
        <span className="joined">
          <button
            type="button"
            onClick={() => onError(-1)}
            aria-label="Previous error"
            aria-keyshortcuts="Shift+E"
          >
            ↑
          </button>
          <button type="button" onClick={() => onError(1)} aria-keyshortcuts="e">
            <span className="error">{amount(errors)}</span> {errors === 1 ? 'error' : 'errors'} ↓
          </button>
        </span>
      )}
      <button type="button" aria-pressed={isCritical} aria-keyshortcuts="c" onClick={onCritical}>
        Critical path
      </button>
      <button type="button" aria-keyshortcuts="Shift+X" onClick={onFold}>
        {isFolded ? 'Unfold all' : 'Fold all'}
      </button>
      <span className="joined">
        <button type="button" aria-label="Zoom out" aria-keyshortcuts="s" onClick={() => onZoom(0.5)}>
          −
        </button>
        <button type="button" disabled={!isZoomed} onClick={() => onZoom(0)}>
          Whole trace
        </button>
        <button type="button" aria-label="Zoom in" aria-keyshortcuts="w" onClick={() => onZoom(2)}>
          +
        </button>
      </span>
      {isCritical && criticalReason !== undefined && (
        <span role="status" className="warning">
          The critical path could not be computed, because: {criticalReason}
        </span>
      )}
    </div>
  );
}
