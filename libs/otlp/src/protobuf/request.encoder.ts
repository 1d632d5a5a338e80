import type { EncodableResource, EncodableScope } from '../encodable.js';
import type { EncodeOptions } from '../encode.options.js';
import { attempt } from '../hostile.js';
import { encodeResource, encodeScope, wrapContent } from './envelope.encoder.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import { giveBack, takeWriter } from './writer.pool.js';

const CONTENT = 0x12;
/** Most spans and log records take between 128 and 16383 bytes. */
const LENGTH_WIDTH = 2;

/** What spans and log records have in common. */
interface Belonging {
  readonly resource: EncodableResource;
  readonly instrumentationScope: EncodableScope;
}

/** How one kind of record is written, and what is tried when that throws. */
export interface RecordKind<Item extends Belonging> {
  readonly write: (writer: ProtobufWriter, item: Item) => void;
  readonly tame: (item: Item) => Item;
}

/** Where records of one scope lie in the writer: start, end, start, end. */
type Ranges = number[];

/** Encodes records as one export request, grouped by resource and scope. */
export function encodeRequest<Item extends Belonging>(
  items: readonly Item[],
  kind: RecordKind<Item>,
  options: EncodeOptions | undefined,
): Uint8Array {
  const writer = takeWriter(options);
  const dropped: unknown[] = [];
  const groups = new Map<EncodableResource, Map<EncodableScope, Ranges>>();
  let lastResource: EncodableResource | undefined;
  let lastScope: EncodableScope | undefined;
  let ranges: Ranges = [];
  for (const item of items) {
    const start = writer.position;
    try {
      if (item.resource !== lastResource || item.instrumentationScope !== lastScope) {
        ranges = rangesOf(groups, item);
        lastResource = item.resource;
        lastScope = item.instrumentationScope;
      }
      writeSafely(writer, kind, item, CONTENT);
      if (ranges.at(-1) === start) ranges[ranges.length - 1] = writer.position;
      else ranges.push(start, writer.position);
    } catch (reason) {
      writer.rewind(start);
      dropped.push(reason);
    }
  }
  const request = assemble(writer, groups);
  giveBack(writer);
  report(dropped, options);
  return request;
}

/** Encodes one record as a bare message; undefined when nothing of it can be read. */
export function encodeRecord<Item extends Belonging>(
  item: Item,
  kind: RecordKind<Item>,
  options: EncodeOptions | undefined,
): Uint8Array | undefined {
  const writer = takeWriter(options);
  const dropped: unknown[] = [];
  let message: Uint8Array | undefined;
  try {
    writeSafely(writer, kind, item, undefined);
    message = writer.copy(0, writer.position);
  } catch (reason) {
    dropped.push(reason);
  }
  giveBack(writer);
  report(dropped, options);
  return message;
}

function writeSafely<Item extends Belonging>(
  writer: ProtobufWriter,
  kind: RecordKind<Item>,
  item: Item,
  tag: number | undefined,
): void {
  if (typeof item !== 'object' || item === null) throw new TypeError('Not a span or log record.');
  const start = writer.position;
  writer.rewind(start);
  try {
    writeFramed(writer, kind, item, tag);
  } catch {
    writer.rewind(start);
    writeFramed(writer, kind, kind.tame(item), tag);
  }
}

function writeFramed<Item extends Belonging>(
  writer: ProtobufWriter,
  kind: RecordKind<Item>,
  item: Item,
  tag: number | undefined,
): void {
  if (tag === undefined) {
    kind.write(writer, item);
    return;
  }
  const message = writer.open(tag, LENGTH_WIDTH);
  kind.write(writer, item);
  writer.close(message, LENGTH_WIDTH);
}

function rangesOf(groups: Map<EncodableResource, Map<EncodableScope, Ranges>>, item: Belonging): Ranges {
  const { resource, instrumentationScope } = item;
  let scopes = groups.get(resource);
  if (scopes === undefined) groups.set(resource, (scopes = new Map<EncodableScope, Ranges>()));
  let ranges = scopes.get(instrumentationScope);
  if (ranges === undefined) scopes.set(instrumentationScope, (ranges = []));
  return ranges;
}

function assemble(
  writer: ProtobufWriter,
  groups: Map<EncodableResource, Map<EncodableScope, Ranges>>,
): Uint8Array {
  const entries: Uint8Array[] = [];
  for (const [resource, scopes] of groups) {
    const contents = Array.from(scopes, ([scope, ranges]) => ({
      scope: encodeScope(scope),
      content: slices(writer, ranges),
    })).filter(({ content }) => content.length > 0);
    if (contents.length > 0) entries.push(wrapContent(encodeResource(resource), contents));
  }
  const [only] = entries;
  return entries.length === 1 && only !== undefined ? only : joined(entries);
}

function slices(writer: ProtobufWriter, ranges: Ranges): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let index = 0; index + 1 < ranges.length; index += 2) {
    parts.push(writer.peek(ranges[index] ?? 0, ranges[index + 1] ?? 0));
  }
  return parts;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function report(dropped: readonly unknown[], options: EncodeOptions | undefined): void {
  for (const reason of dropped) attempt(() => options?.onDropped?.(reason));
}
