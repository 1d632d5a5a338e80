import type { HrTime } from '@opentelemetry/api';

/** Milliseconds since 1970 as the SDK has them. */
export function hrTimeOf(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];
}

/** {@link hrTimeOf} where the same time mostly comes several times in a row, and then is the same object. */
export function repeatedHrTimes(): (milliseconds: number) => HrTime {
  let latest: number | undefined;
  let time: HrTime = [0, 0];
  return (milliseconds) => {
    if (milliseconds !== latest) time = hrTimeOf((latest = milliseconds));
    return time;
  };
}
