import { QueryFailedError } from 'typeorm';

const NETWORK = new Set(
  'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN'.split(' '),
);
/** SQLSTATE of a PostgreSQL that ends a connection, starts, stops, or has no connection left. */
const NOT_NOW = /^(08\w{3}|57P0[123]|53300)$/;
/** What the driver says when a connection ends, or time is up; it has no codes for these. */
const DRIVER =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** Whether the database could not be asked, or did not answer in time. Nothing is wrong with the question. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof QueryFailedError) return isUnreachable(error.driverError);
  // A name with several addresses has been tried at each of them.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnreachable);
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return NETWORK.has(code) || NOT_NOW.test(code);
  return DRIVER.test(error.message);
}
