/** A sample's value. */
export function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * A bucket's upper bound. It is part of the identity of a series, so both syntaxes write it as their other producers do:
 * with an exponent from a million on, and in OpenMetrics always with a fraction or an exponent.
 */
export function boundText(bound: number, syntax: 'prometheus' | 'openmetrics'): string {
  if (!Number.isFinite(bound)) return valueText(bound);
  const size = Math.abs(bound);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const [digits = '', exponent = ''] = bound.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return syntax === 'openmetrics' && Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
