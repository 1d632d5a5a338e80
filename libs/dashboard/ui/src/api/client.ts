import type { ApiError, ImportResult, Settings, SettingsChange } from '../../../src/api/api.types.ts';
import { viewedRun } from './viewed.run.ts';

/** An answer that is not what was asked for. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Parameters of a request; what is undefined or empty is left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

export async function read<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const run = viewedRun();
  if (run !== null && path !== 'settings') query.set('run', run);
  const text = query.toString();
  return answerOf<T>(
    await fetch(`/api/${path}${text === '' ? '' : `?${text}`}`, signal === undefined ? {} : { signal }),
  );
}

export async function write<T>(path: string, body: unknown = {}): Promise<T> {
  return answerOf<T>(
    await fetch(`/api/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Nest-Telemetry': '1' },
      body: JSON.stringify(body),
    }),
  );
}

export function changeSettings(change: SettingsChange): Promise<Settings> {
  return write<Settings>('settings', change);
}

/** Takes a file of OTLP JSON; its bytes go out as they are read. */
export async function importFile(file: File): Promise<ImportResult> {
  return answerOf<ImportResult>(
    await fetch('/api/import', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson', 'X-Nest-Telemetry': '1' },
      body: file,
    }),
  );
}

async function answerOf<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const { error } = (await response.json().catch(() => ({
    error: { code: 'ND_UNREADABLE', message: response.statusText },
  }))) as ApiError;
  throw new ApiFailure(response.status, error.code, error.message);
}
