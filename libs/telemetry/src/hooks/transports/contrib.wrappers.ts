/**
 * Contrib instrumentations of brokers begin a span of their own for every message they deliver, in a context of their own
 * that cannot be suppressed. Nest's consumers are told to use the method underneath. The mark is the one all
 * instrumentations of OpenTelemetry leave on what they wrap.
 */
export function useUninstrumented(target: unknown, name: string): void {
  if (typeof target !== 'object' || target === null) return;
  const method = (target as Record<string, unknown>)[name];
  const original = originalOf(method);
  if (original !== method) {
    Object.defineProperty(target, name, { value: original, configurable: true, writable: true });
  }
}

function originalOf(method: unknown): unknown {
  let innermost = method;
  // As many instrumentations as anybody would stack, and a bound for a circle.
  for (let depth = 0; depth < 8 && typeof innermost === 'function'; depth++) {
    const { __original } = innermost as { __original?: unknown };
    if (typeof __original !== 'function') break;
    innermost = __original;
  }
  return innermost;
}
