import { TimeSlice } from '../time.slice.js';

/** A page in pieces: to put them together would hold up everything else for as long as it takes to copy megabytes. */
export type PageBody = readonly Buffer[];

/** Length of a body. */
export function bytesOf(body: PageBody): number {
  return body.reduce((sum, { length }) => sum + length, 0);
}

/** The pieces put together, for whoever has to look for something in them. */
export async function inOnePiece(body: PageBody): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(bytesOf(body));
  const slice = new TimeSlice();
  let at = 0;
  for (const piece of body) {
    at += piece.copy(whole, at);
    // oxlint-disable-next-line no-await-in-loop -- a pause between slices is the point
    if (slice.isOver()) await slice.pause();
  }
  return whole;
}
