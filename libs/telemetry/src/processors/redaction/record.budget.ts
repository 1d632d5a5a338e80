import type { RedactionLimits } from '../../telemetry.options.js';

/** What one span or record may still hold. */
export class RecordBudget {
  nodes: number;
  characters: number;
  /** Objects from the outermost to the one being copied. */
  readonly path: object[] = [];

  constructor(limits: Required<RedactionLimits>) {
    this.nodes = limits.nodes;
    this.characters = limits.recordLength;
  }

  get isSpent(): boolean {
    return this.nodes <= 0 || this.characters <= 0;
  }
}
