import { Announcer } from '../delivery/announcer.js';
import { Sender } from '../delivery/sender.js';
import type { SpoolListener } from '../spool.events.js';
import type { SpoolSettings } from '../spool.options.js';
import type { Counters } from '../spool.stats.js';
import { DiskSource } from '../store/disk.source.js';
import type { StoreDescription } from '../store/spool.store.js';

const MAINTENANCE_MILLIS = 1000;

/** Something that delivers what is on disk: in a thread of its own or in this one. */
export interface SenderHost {
  /** Whether it is at work; a thread takes a while to start. */
  readonly isReady: boolean;
  /** A directory to deliver from, or news about one. */
  put(store: StoreDescription): void;
  /** Delivers what waits without the usual pause. */
  nudge(): void;
  /** Delivers what waits as far as that works at once. Resolves with whether nothing is left. */
  close(): Promise<boolean>;
  /** Cuts off what is under way. */
  stop(): Promise<void>;
}

export interface DiskSenderParts {
  readonly settings: SpoolSettings;
  readonly counters: Counters;
  readonly stores: readonly StoreDescription[];
  readonly onEvent: SpoolListener;
  /** Nothing of a retired directory is left to be sent. */
  readonly onFinished: (path: string) => void;
  readonly holdsProcess: boolean;
}

/** Delivers from disk in the thread in which it is made. */
export class DiskSender implements SenderHost {
  readonly isReady = true;
  readonly #source: DiskSource;
  readonly #sender: Sender;
  readonly #announcer: Announcer;
  readonly #counters: Counters;
  readonly #timer: NodeJS.Timeout;
  #isClosing = false;

  constructor({ settings, counters, stores, onEvent, onFinished, holdsProcess }: DiskSenderParts) {
    this.#counters = counters;
    this.#announcer = new Announcer(onEvent, () => this.#source.waiting());
    this.#source = new DiskSource(settings, { counters, announcer: this.#announcer, onFinished });
    for (const store of stores) this.#source.put(store);
    this.#source.maintain(false);
    this.#sender = new Sender(this.#source, { settings, counters, announcer: this.#announcer, holdsProcess });
    this.#timer = setInterval(() => this.#maintain(), MAINTENANCE_MILLIS);
    if (!holdsProcess) this.#timer.unref();
  }

  put(store: StoreDescription): void {
    this.#source.put(store);
    // Whoever waits, waits for what is written into the one before.
    this.#sender.nudge();
  }

  nudge(): void {
    this.#sender.nudge();
  }

  async close(): Promise<boolean> {
    this.#isClosing = true;
    await this.#sender.close();
    const isDrained = this.#source.isDrained();
    this.#end();
    return isDrained;
  }

  async stop(): Promise<void> {
    await this.#sender.stop();
    this.#end();
  }

  #maintain(): void {
    if (this.#source.maintain(this.#isClosing)) this.#sender.nudge();
    this.#announcer.tick();
    this.#counters.setGauge('outage', this.#announcer.isOutage ? 1 : 0);
  }

  #end(): void {
    clearInterval(this.#timer);
    // Directories that were taken over and are through go now.
    this.#source.maintain(true);
    this.#source.close();
    this.#announcer.close();
  }
}
