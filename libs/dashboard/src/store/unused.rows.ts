import type { ArrivalMinutes } from './arrival.minutes.js';
import type { Database } from './database.js';

/** Rows of each kind in one go: nobody waits long for the store. */
const SLICE = 500;
/** Minutes of calls between services that are kept at most. */
const MOST_EDGES = 20_000;
const MICROSECONDS_PER_MINUTE = 60_000_000;
const EDGE = 'source, source_kind, target, target_kind, minute';

/**
 * Takes out a slice of what no row names any more: resources, words, and calls from before everything that is left. Names
 * of services stay while anything of them is there.
 * @returns whether there may be more
 */
export function takeOutUnused(database: Database, minutes: ArrivalMinutes): boolean {
  const oldest = minutes.oldest();
  const resources = database
    .prepare('DELETE FROM resource WHERE id IN (SELECT id FROM resource WHERE used < ? LIMIT ?)')
    .run(oldest, SLICE).changes;
  const words = database
    .prepare(
      `DELETE FROM word WHERE id IN (
        SELECT id FROM word WHERE used < ? AND id NOT IN (
          SELECT service FROM resource UNION SELECT service FROM metric UNION SELECT service FROM declared_route
        ) LIMIT ?)`,
    )
    .run(oldest, SLICE).changes;
  const edges = database
    .prepare(`DELETE FROM edge WHERE (${EDGE}) IN (SELECT ${EDGE} FROM edge WHERE minute < ? LIMIT ?)`)
    .run(firstMinuteOfEdges(database), SLICE).changes;
  minutes.forgetBefore(oldest);
  return [resources, words, edges].some((changes) => Number(changes) === SLICE);
}

function firstMinuteOfEdges(database: Database): number {
  const trace = database.prepare('SELECT start_us FROM trace ORDER BY tid LIMIT 1').get()?.['start_us'];
  const tooMany = database
    .prepare('SELECT minute FROM edge ORDER BY minute DESC LIMIT 1 OFFSET ?')
    .get(MOST_EDGES)?.['minute'];
  const ofTraces = trace === undefined ? 0 : Math.floor(Number(trace) / MICROSECONDS_PER_MINUTE);
  return Math.max(ofTraces, tooMany === undefined ? 0 : Number(tooMany) + 1);
}
