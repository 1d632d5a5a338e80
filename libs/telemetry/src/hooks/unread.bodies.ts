import type { HttpClientObservation } from './http-client.observation.js';

/** Longer than bodies usually take, short enough for an unread one to be exported while its trace is looked at. */
const PATIENCE = 30_000;
const SWEEP = 5_000;

/**
 * Answered requests whose body has not ended yet. Those that stay too long are ended with the time of their head, and
 * so are all when telemetry stops: no span depends on the application reading a body.
 */
export class UnreadBodies {
  // In the order of arrival, so a sweep stops at the first that may stay.
  readonly #waiting = new Set<HttpClientObservation>();
  #timer: NodeJS.Timeout | undefined;

  add(observation: HttpClientObservation): void {
    this.#waiting.add(observation);
    this.#timer ??= setInterval(() => this.#sweep(performance.now() - PATIENCE), SWEEP).unref();
  }

  /** False when it was ended here before. */
  delete(observation: HttpClientObservation): boolean {
    return this.#waiting.delete(observation);
  }

  close(): void {
    this.#sweep(Infinity);
  }

  #sweep(answeredBefore: number): void {
    for (const observation of this.#waiting) {
      if ((observation.answeredAt ?? 0) > answeredBefore) break;
      this.#waiting.delete(observation);
      observation.leftUnread();
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
