import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

/** `error.type` of an export: the name of its error, `undefined` for one that succeeded. */
export function exportErrorType({ code, error }: ExportResult): string | undefined {
  if (code === ExportResultCode.SUCCESS) return undefined;
  return error instanceof Error ? error.name : '_OTHER';
}
