// Just enough protobuf to count what an exporter sent: ExportTraceServiceRequest.resource_spans (1) .scope_spans (2)
// .spans (2), and of each span its name (5) and kind (6).
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

type Visit = (field: number, value: Buffer | number) => void;

function readVarint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  let scale = 1;
  for (let next = at; next < bytes.length; scale *= 128) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next };
  }
  throw new RangeError('truncated protobuf message');
}

function eachField(message: Buffer, visit: Visit): void {
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at);
    const field = Math.floor(tag.value / 8);
    const wireType = tag.value % 8;
    if (wireType === FIXED64) at = tag.next + 8;
    else if (wireType === FIXED32) at = tag.next + 4;
    else {
      const { value, next } = readVarint(message, tag.next);
      if (wireType === VARINT) visit(field, value);
      else if (wireType === LENGTH_DELIMITED) visit(field, message.subarray(next, next + value));
      else throw new RangeError(`unknown protobuf wire type ${wireType}`);
      at = wireType === VARINT ? next : next + value;
    }
  }
}

function eachMessage(message: Buffer, wanted: number, visit: (message: Buffer) => void): void {
  eachField(message, (field, value) => {
    if (field === wanted && typeof value !== 'number') visit(value);
  });
}

/** Calls `seen` with `kind name` of every span in an OTLP http/protobuf trace request. */
export function eachSpan(request: Buffer, seen: (span: string) => void): void {
  eachMessage(request, 1, (resourceSpans) => {
    eachMessage(resourceSpans, 2, (scopeSpans) => {
      eachMessage(scopeSpans, 2, (span) => {
        let name = '';
        let kind = 0;
        eachField(span, (field, value) => {
          if (field === 5 && typeof value !== 'number') name = value.toString('utf8');
          if (field === 6 && typeof value === 'number') kind = value;
        });
        seen(`${KINDS[kind] ?? kind} ${name}`);
      });
    });
  });
}
