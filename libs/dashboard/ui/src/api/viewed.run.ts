const STORED = 'nest-telemetry-run';

/** The earlier run this tab looks at; null for the one that goes on. */
export function viewedRun(): string | null {
  return sessionStorage.getItem(STORED);
}

/** Looks at another run, from the beginning: nothing on a page of the one is true of the other. */
export function viewRun(run: string | null): void {
  if (run === null) sessionStorage.removeItem(STORED);
  else sessionStorage.setItem(STORED, run);
  location.assign('/');
}
