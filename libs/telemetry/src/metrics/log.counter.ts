import { METRICS } from './catalog.js';
import { counterFor } from './instruments.js';

/** Counts the records of a logger it is an output of. */
export const logCounter = {
  emit(): void {
    counterFor(METRICS.sdkLogCreated).add(1);
  },
};
