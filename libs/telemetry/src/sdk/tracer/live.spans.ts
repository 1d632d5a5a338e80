import { context, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResolvedHygieneOptions } from '../../config/resolved-options.js';
import { SPAN_PENDING_EVENT, SPAN_PENDING_SECONDS } from '../../semconv.js';
import { warn } from '../../telemetry.warnings.js';
import { capturePlace, type Place } from './start-place.js';

/** Spans that are held on to; of more than these only the end of their life is noticed, or that there was none. */
const MAX_WATCHED = 10_000;
const SLOWEST_SCAN_MILLIS = 15_000;
const FASTEST_SCAN_MILLIS = 50;

type WatchedSpan = Span & Pick<ReadableSpan, 'name' | 'kind'>;

/** A span that has not ended, in a list by age. Not the span itself is linked: it may be wrapped by the time it ends. */
export interface LiveSpan {
  span: WatchedSpan | undefined;
  /** A reading of `performance.now()`. */
  readonly startedAt: number;
  readonly place: Place | undefined;
  older: LiveSpan | undefined;
  newer: LiveSpan | undefined;
  isListed: boolean;
  isOverdue: boolean;
  isAnnounced: boolean;
}

/** What is remembered of a span that is no longer held on to. */
interface Obituary {
  readonly live: LiveSpan;
  readonly name: string;
}

/**
 * The spans that are open, to notice those that nobody ends. A list costs a span a few nanoseconds; a set of all of
 * them, or asking the garbage collector about each, costs more than the rest of its life. Only those that grow old are
 * handed to the garbage collector, which knows for certain when nobody can end a span any more.
 */
export class LiveSpans {
  /** Spans open for longer than `openMillis`. */
  overdue = 0;
  /** Spans that are gone and were not ended. */
  unended = 0;
  #oldest: LiveSpan | undefined;
  #newest: LiveSpan | undefined;
  #size = 0;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #gone = new FinalizationRegistry<Obituary>((obituary) => this.#unended(obituary));

  constructor(private readonly settings: ResolvedHygieneOptions) {}

  /** @param now - a reading of `performance.now()` */
  add(span: WatchedSpan, now: number): LiveSpan | undefined {
    if (this.#isOver) return undefined;
    const newest = this.#newest;
    const live: LiveSpan = {
      span,
      startedAt: now,
      place: this.settings.explain ? capturePlace() : undefined,
      older: newest,
      newer: undefined,
      isListed: true,
      isOverdue: false,
      isAnnounced: false,
    };
    if (newest === undefined) this.#oldest = live;
    else newest.newer = live;
    this.#newest = live;
    this.#size += 1;
    if (this.#size > MAX_WATCHED && this.#oldest !== undefined) this.#letGo(this.#oldest);
    return live;
  }

  ended(live: LiveSpan): void {
    if (this.#isOver) return;
    if (live.isListed) this.#unlink(live);
    else if (live.span === undefined) this.#gone.unregister(live);
    if (live.isOverdue) this.overdue -= 1;
    live.isOverdue = false;
    live.span = undefined;
  }

  /** Looks for old spans from now on, until {@link stop}. */
  start(): void {
    const { openMillis, announceMillis = openMillis } = this.settings;
    const period = Math.min(openMillis, announceMillis) / 4;
    this.#timer ??= setInterval(
      () => this.scan(performance.now()),
      Math.min(Math.max(period, FASTEST_SCAN_MILLIS), SLOWEST_SCAN_MILLIS),
    ).unref();
  }

  /** Stops looking. What is open now stays open for ever, of which whoever develops is told. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.settings.explain) {
      for (let live = this.#oldest; live !== undefined; live = live.newer)
        this.#tell(live, 'it is open while telemetry stops');
    }
    this.#oldest = this.#newest = undefined;
    this.#isOver = true;
  }

  /** Looks at the oldest spans, and at no more than that. */
  scan(now: number): void {
    const { openMillis, announceMillis = Infinity } = this.settings;
    let live = this.#oldest;
    while (live !== undefined && now - live.startedAt >= Math.min(openMillis, announceMillis)) {
      const { newer } = live;
      const age = now - live.startedAt;
      if (age >= announceMillis && !live.isAnnounced) this.#announce(live, age);
      if (age >= openMillis && !live.isOverdue) this.#becomesOverdue(live, age);
      if (live.isOverdue && (live.isAnnounced || announceMillis === Infinity)) this.#letGo(live);
      live = newer;
    }
  }

  #becomesOverdue(live: LiveSpan, age: number): void {
    live.isOverdue = true;
    this.overdue += 1;
    // A request is open for as long as its client wants it to be.
    if (this.settings.explain && live.span?.kind !== SpanKind.SERVER)
      this.#tell(live, `it was started ${seconds(age)} s ago`);
  }

  /** On the span itself, for when it arrives after all, and in the log of its trace. */
  #announce(live: LiveSpan, age: number): void {
    live.isAnnounced = true;
    const { span } = live;
    if (span === undefined) return;
    span.addEvent(SPAN_PENDING_EVENT, { [SPAN_PENDING_SECONDS]: seconds(age) });
    context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
      this.#tell(live, `it was started ${seconds(age)} s ago`),
    );
  }

  #tell({ span, place }: LiveSpan, reason: string): void {
    const where = place === undefined ? '' : ` (started at ${place.describe()})`;
    warn('NT_SPAN_PENDING', { name: span?.name ?? '', reason: `${reason}${where}` });
  }

  #letGo(live: LiveSpan): void {
    const { span } = live;
    this.#unlink(live);
    if (span === undefined) return;
    live.span = undefined;
    this.#gone.register(span, { live, name: span.name }, live);
  }

  #unlink(live: LiveSpan): void {
    const { older, newer } = live;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    live.older = live.newer = undefined;
    live.isListed = false;
    this.#size -= 1;
  }

  #unended({ live, name }: Obituary): void {
    this.unended += 1;
    if (live.isOverdue) this.overdue -= 1;
    const age = seconds(performance.now() - live.startedAt);
    const where = live.place === undefined ? '' : ` at ${live.place.describe()}`;
    warn('NT_SPAN_NEVER_ENDED', { name, reason: `it was started ${age} s ago${where}` });
  }
}

function seconds(millis: number): number {
  return Math.round(millis / 100) / 10;
}
