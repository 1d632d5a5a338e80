/** Counts of consecutive buckets of one sign. */
export class ExponentialBuckets {
  /** Index of the first bucket. */
  offset = 0;
  counts: number[] = [];

  get isEmpty(): boolean {
    return this.counts.length === 0;
  }

  get last(): number {
    return this.offset + this.counts.length - 1;
  }

  add(index: number, count: number): void {
    if (this.isEmpty) this.offset = index;
    while (index < this.offset) {
      this.counts.unshift(0);
      this.offset -= 1;
    }
    while (index > this.last) this.counts.push(0);
    (this.counts[index - this.offset] as number) += count;
  }

  /** Halves the resolution that many times. */
  downscale(steps: number): void {
    if (this.isEmpty || steps === 0) return;
    const { counts, offset } = this;
    this.counts = [];
    for (const [place, count] of counts.entries()) this.add((offset + place) >> steps, count);
  }

  /** How often the resolution has to be halved for these indexes and one's own to fit. */
  stepsToFit(low: number, high: number, maxSize: number): number {
    let least = this.isEmpty ? low : Math.min(low, this.offset);
    let greatest = this.isEmpty ? high : Math.max(high, this.last);
    let steps = 0;
    for (; greatest - least >= maxSize; steps++) {
      least >>= 1;
      greatest >>= 1;
    }
    return steps;
  }
}
