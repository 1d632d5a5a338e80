/** The status code of a response, or that there was an error without one. */
export function StatusBadge({ code, isError }: { readonly code: number | null; readonly isError: boolean }) {
  const kind = isError || (code ?? 0) >= 500 ? 'error' : (code ?? 0) >= 400 ? 'warning' : 'ok';
  if (code === null && !isError) return <span className="hint">–</span>;
  return <span className={`badge ${kind}`}>{code ?? 'error'}</span>;
}
