import type { EventView, JsonAttributes } from '../api/api.types.js';
import type { SpanColumns, StoredSpan } from '../query/stored.span.js';
import { KIND } from '../store/span.row.js';

/** The flags of OTLP beside those of W3C, and the one that says that the caller sampled. */
const FLAG = { sampled: 0x1, knowsRemote: 0x100, isRemote: 0x200 } as const;

/** As OTLP numbers it. */
const ERROR_STATUS = 2;

/** A span as rules see it. */
export class ExaminedSpan {
  readonly columns: SpanColumns;

  constructor(private readonly stored: StoredSpan) {
    this.columns = stored.columns;
  }

  get attributes(): JsonAttributes {
    return this.stored.attributes;
  }

  get events(): readonly EventView[] {
    return this.stored.events;
  }

  get endUs(): number {
    return this.columns.startUs + this.columns.durationUs;
  }

  get isError(): boolean {
    return this.columns.status === ERROR_STATUS;
  }

  /** Whether the parent is of another program: as the flags say, or, of senders that say nothing, the kind. */
  get hasRemoteParent(): boolean {
    const { flags, kind } = this.columns;
    return flags & FLAG.knowsRemote
      ? (flags & FLAG.isRemote) !== 0
      : kind === KIND.server || kind === KIND.consumer;
  }

  /** Whether it was recorded although the caller decided against its trace; of flags that say anything at all. */
  get isOfUnsampledTrace(): boolean {
    const { flags } = this.columns;
    return (flags & FLAG.knowsRemote) !== 0 && (flags & FLAG.sampled) === 0;
  }

  /** The first of these attributes that is a text. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.attributes[name];
      if (typeof value === 'string' && value !== '') return value;
    }
    return undefined;
  }
}
