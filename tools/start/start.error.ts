/** Ends the run with one clear line instead of a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
