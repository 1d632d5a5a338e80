import type { SQLOutputValue } from 'node:sqlite';

/** A row of a result. */
export type Row = Record<string, SQLOutputValue>;

export function numberIn(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}

export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
}

export function textIn(row: Row, column: string): string {
  return String(row[column] ?? '');
}

export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return value === null || value === undefined ? null : String(value);
}

/** JSON that was written by the store itself. */
export function jsonIn<T>(row: Row, column: string, absent: T): T {
  const value = row[column];
  return typeof value === 'string' ? (JSON.parse(value) as T) : absent;
}
