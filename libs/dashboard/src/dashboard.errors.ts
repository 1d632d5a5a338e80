/**
 * The only error of this package. Codes of its own begin with `ND_`; those of the decoder with `OTLP_`.
 * @since 0.1.0
 */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
