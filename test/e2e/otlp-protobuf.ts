// As much of the protobuf wire format as it takes to read names and ids out of an OTLP export.

/** A span of an export. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly service: string;
}

interface Field {
  readonly number: number;
  readonly bytes: Buffer;
}

/** Spans of an `ExportTraceServiceRequest`. */
export function readSpans(request: Buffer): ReceivedSpan[] {
  return inner(request, 1).flatMap((resourceSpans) => {
    const service = inner(resourceSpans, 1).flatMap(serviceNames)[0] ?? '';
    return inner(resourceSpans, 2).flatMap((scopeSpans) =>
      inner(scopeSpans, 2).map((span) => ({
        traceId: first(span, 1).toString('hex'),
        spanId: first(span, 2).toString('hex'),
        parentSpanId: first(span, 4).toString('hex'),
        name: first(span, 5).toString(),
        service,
      })),
    );
  });
}

/** Names of the metrics of an `ExportMetricsServiceRequest`. */
export function readMetricNames(request: Buffer): string[] {
  return inner(request, 1)
    .flatMap((resourceMetrics) => inner(resourceMetrics, 2))
    .flatMap((scopeMetrics) => inner(scopeMetrics, 2))
    .map((metric) => first(metric, 1).toString());
}

function serviceNames(resource: Buffer): string[] {
  return inner(resource, 1)
    .filter((attribute) => first(attribute, 1).toString() === 'service.name')
    .map((attribute) => first(first(attribute, 2), 1).toString());
}

function first(message: Buffer, number: number): Buffer {
  return inner(message, number)[0] ?? Buffer.alloc(0);
}

function inner(message: Buffer, number: number): Buffer[] {
  return [...fields(message)].filter((field) => field.number === number).map(({ bytes }) => bytes);
}

/** Length-delimited fields; the others are skipped. */
function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const type = key % 8;
    if (type === 0) varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else {
      const length = varint();
      yield { number: Math.floor(key / 8), bytes: message.subarray(at, at + length) };
      at += length;
    }
  }
}
