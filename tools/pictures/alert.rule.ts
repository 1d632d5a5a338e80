/** An alert as Prometheus reads it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>> & { readonly severity: 'page' | 'ticket' };
  readonly annotations: {
    /** One line, for the head of a message. */
    readonly summary: string;
    readonly description: string;
    /** What to do first. */
    readonly runbook: string;
    /** Where there is more. */
    readonly runbook_url: string;
  };
}

const RUNBOOKS = 'docs/guides/alerts.md';

/** The section of an alert in the guide. */
export function runbookOf(alert: string): string {
  return `${RUNBOOKS}#${alert.toLowerCase()}`;
}
