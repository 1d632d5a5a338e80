import type { Attributes } from '@opentelemetry/api';
import { COMPONENT_NAME, COMPONENT_TYPE } from '../../metrics/catalog.js';

/** What an exporter exports, as the conventions name it. */
export type ExportedItem = 'span' | 'metric_data_point' | 'log_record';

/** What waits in a queue until it is exported. */
export type QueuedItem = Exclude<ExportedItem, 'metric_data_point'>;

/** Is told how long an export took. */
export type ExportListener = (seconds: number, component: Attributes, errorType: string | undefined) => void;

/** What an exporter is. */
export interface ExportComponent {
  /** As the conventions name it, e.g. `otlp_http_span_exporter`. */
  readonly type: string;
  /** Tells it from others of its type. */
  readonly name: string;
  readonly item: ExportedItem;
}

/** What became of the items that were handed to one exporter. */
export class ExportHealth {
  /** Items whose export has begun and not ended. */
  inFlight = 0;
  /** Items that were delivered. */
  exported = 0;
  /** Items that were not, by what kept them. */
  readonly failed = new Map<string, number>();
  readonly item: ExportedItem;
  readonly component: Attributes;

  constructor(
    { type, name, item }: ExportComponent,
    private readonly listener: ExportListener,
  ) {
    this.item = item;
    this.component = { [COMPONENT_NAME]: name, [COMPONENT_TYPE]: type };
  }

  /** Returns when that was, for {@link ended}. */
  began(items: number): number {
    this.inFlight += items;
    return performance.now();
  }

  /** @param errorType - of an export that failed: few distinct values */
  ended(items: number, beganAt: number, errorType: string | undefined): void {
    this.inFlight -= items;
    if (errorType === undefined) this.exported += items;
    else this.failed.set(errorType, (this.failed.get(errorType) ?? 0) + items);
    this.listener((performance.now() - beganAt) / 1000, this.component, errorType);
  }
}

/** How the queue in front of an exporter is doing. */
export class QueueHealth {
  /** Tells how many items are in it, where they are not counted here. */
  measure: (() => number) | undefined;
  /** Items that went through it. */
  processed = 0;
  /** Items that found it full. */
  dropped = 0;
  #size = 0;

  readonly component: Attributes;

  constructor(
    { type, name }: Omit<ExportComponent, 'item'>,
    readonly item: QueuedItem,
    readonly capacity: number,
  ) {
    this.component = { [COMPONENT_NAME]: name, [COMPONENT_TYPE]: type };
  }

  /** Items in it. */
  get size(): number {
    return this.measure?.() ?? this.#size;
  }

  set size(items: number) {
    this.#size = items;
  }
}
