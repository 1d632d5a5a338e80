import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiFailure } from '../api/client.ts';

/** Shows what was asked for when it is there, and why it is not when it is not. */
export function Asked<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <p className="hint">Loading…</p>;
  const { error } = query;
  return (
    <p role="alert" className="error">
      {error instanceof ApiFailure ? error.message : 'The dashboard does not answer. Is it still running?'}
    </p>
  );
}
