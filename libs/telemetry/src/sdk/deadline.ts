/** Whether the work finished before the deadline. Failures count as finished: whoever did the work has reported them. */
export async function finishesWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** By then every exporter has given up. */
const LONGEST_HOLD = 10_000;

/**
 * Keeps the process alive until the work is done, 10 seconds at most. Exports do not do so themselves: without it, a
 * program that waits for a flush would end while it waits.
 */
export async function holdingProcess<T>(work: Promise<T>): Promise<T> {
  const hold = setTimeout(() => undefined, LONGEST_HOLD);
  try {
    return await work;
  } finally {
    clearTimeout(hold);
  }
}
