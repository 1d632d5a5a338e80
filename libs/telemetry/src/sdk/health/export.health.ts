/** What became of the spans that were handed to one exporter. */
export class ExportHealth {
  /** Spans whose export has begun and not ended. */
  inFlight = 0;
  /** Spans that were delivered. */
  exported = 0;
  /** Spans that were not, by what kept them. */
  readonly failed = new Map<string, number>();

  /**
   * @param type - of the component, as the conventions name it, e.g. `otlp_http_span_exporter`
   * @param name - tells it from others of its type
   */
  constructor(
    readonly type: string,
    readonly name: string,
  ) {}

  began(spans: number): void {
    this.inFlight += spans;
  }

  /** @param errorType - of an export that failed: few distinct values */
  ended(spans: number, errorType: string | undefined): void {
    this.inFlight -= spans;
    if (errorType === undefined) this.exported += spans;
    else this.failed.set(errorType, (this.failed.get(errorType) ?? 0) + spans);
  }
}

/** How the queue in front of an exporter is doing. */
export class QueueHealth {
  /** Spans in it. */
  size = 0;
  /** Spans that went through it. */
  processed = 0;
  /** Spans that found it full. */
  dropped = 0;

  constructor(
    readonly name: string,
    readonly capacity: number,
  ) {}
}
