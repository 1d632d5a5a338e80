/** A band of the severity numbers of OpenTelemetry. */
export interface Severity {
  readonly name: string;
  /** Lowest number of the band. */
  readonly from: number;
  /** Class of the page's style sheet that shows how bad it is. */
  readonly tone: 'hint' | 'ok' | 'warning' | 'error';
}

/** From the least to the most severe. */
export const SEVERITIES: readonly Severity[] = [
  { name: 'trace', from: 1, tone: 'hint' },
  { name: 'debug', from: 5, tone: 'hint' },
  { name: 'info', from: 9, tone: 'ok' },
  { name: 'warn', from: 13, tone: 'warning' },
  { name: 'error', from: 17, tone: 'error' },
  { name: 'fatal', from: 21, tone: 'error' },
];

const UNKNOWN: Severity = { name: '–', from: 0, tone: 'hint' };

/** The number decides; a record that has only a text is shown with it. */
export function severityOf(severityNumber: number, text: string): Severity {
  const band = SEVERITIES.findLast(({ from }) => severityNumber >= from);
  if (band !== undefined) return band;
  return text === '' ? UNKNOWN : { ...UNKNOWN, name: text.toLowerCase().slice(0, 8) };
}

/** From here on a record counts as an error. */
export const ERROR_SEVERITY = 17;
