/** Values as OTLP JSON writes them. */
export type Value = string | number | readonly Value[] | { readonly [key: string]: Value };

export function value(given: Value): object {
  if (typeof given === 'string') return { stringValue: given };
  if (typeof given === 'number') return { intValue: String(given) };
  if (Array.isArray(given)) return { arrayValue: { values: given.map(value) } };
  return { kvlistValue: { values: attributes(given as Record<string, Value>) } };
}

export function attributes(given: Readonly<Record<string, Value>>): object[] {
  return Object.entries(given).map(([key, each]) => ({ key, value: value(each) }));
}

/** A time in milliseconds since the epoch as nanoseconds. */
export const nanos = (millis: number): string => `${Math.round(millis)}000000`;

/** Sends what there is of each signal. */
export async function sendAll(otlpHttp: string, signals: Readonly<Record<string, object>>): Promise<void> {
  for (const [signal, body] of Object.entries(signals)) {
    const response = await fetch(`${otlpHttp}/v1/${signal}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${signal}: ${response.status} ${await response.text()}`);
  }
}
