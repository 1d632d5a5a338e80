import type { EncodableResource, EncodableScope } from '../encodable.js';
import type { EncodeOptions } from '../encode.options.js';
import { attempt } from '../hostile.js';
import { encodeResource, encodeScope, wrapContent } from './envelope.encoder.js';
import type { ProtobufWriter } from './protobuf.writer.js';

const CONTENT = 0x12;
/** Most spans and log records take between 128 and 16383 bytes. */
const LENGTH_WIDTH = 2;

/** What spans and log records have in common. */
export interface Belonging {
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

/** Records of many scopes, encoded into one writer as they come, to be put together as one export request. */
export class RecordBatch<Item extends Belonging> {
  readonly #groups = new Map<EncodableResource, Map<EncodableScope, Ranges>>();
  #lastResource: EncodableResource | undefined;
  #lastScope: EncodableScope | undefined;
  #ranges: Ranges = [];
  #size = 0;
  #writing = false;
  /** Records that a getter of another record added while that one was written. */
  readonly #waiting: Item[] = [];

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly kind: RecordKind<Item>,
    private readonly options: EncodeOptions | undefined,
  ) {}

  /** How many records are in it. */
  get size(): number {
    return this.#size;
  }

  /** Adds one record; one of which nothing can be read is reported to `onDropped`. Never throws. */
  add(item: Item): void {
    if (this.#writing) {
      this.#waiting.push(item);
      return;
    }
    this.#writing = true;
    this.#write(item);
    this.#writing = false;
    if (this.#waiting.length > 0) for (const each of this.#waiting.splice(0)) this.add(each);
  }

  /** The request with all of them, in memory of its own. Start over with {@link clear}. */
  request(): Uint8Array {
    const entries: Uint8Array[] = [];
    for (const [resource, scopes] of this.#groups) {
      const contents = Array.from(scopes, ([scope, ranges]) => ({
        scope: encodeScope(scope),
        content: this.#slices(ranges),
      })).filter(({ content }) => content.length > 0);
      if (contents.length > 0) entries.push(wrapContent(encodeResource(resource), contents));
    }
    const [only] = entries;
    return entries.length === 1 && only !== undefined ? only : joined(entries);
  }

  /** Forgets everything, and with it the resources and scopes. */
  clear(): void {
    this.writer.reset(this.writer.limits);
    this.#groups.clear();
    this.#lastResource = undefined;
    this.#lastScope = undefined;
    this.#ranges = [];
    this.#size = 0;
  }

  #write(item: Item): void {
    const { writer } = this;
    const start = writer.position;
    try {
      if (item.resource !== this.#lastResource || item.instrumentationScope !== this.#lastScope) {
        this.#ranges = this.#rangesOf(item);
        this.#lastResource = item.resource;
        this.#lastScope = item.instrumentationScope;
      }
      writeSafely(writer, this.kind, item, CONTENT);
    } catch (reason) {
      writer.rewind(start);
      attempt(() => this.options?.onDropped?.(reason));
      return;
    }
    this.#size += 1;
    const ranges = this.#ranges;
    if (ranges.at(-1) === start) ranges[ranges.length - 1] = writer.position;
    else ranges.push(start, writer.position);
  }

  #rangesOf({ resource, instrumentationScope }: Belonging): Ranges {
    let scopes = this.#groups.get(resource);
    if (scopes === undefined) this.#groups.set(resource, (scopes = new Map<EncodableScope, Ranges>()));
    let ranges = scopes.get(instrumentationScope);
    if (ranges === undefined) scopes.set(instrumentationScope, (ranges = []));
    return ranges;
  }

  #slices(ranges: Ranges): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let index = 0; index + 1 < ranges.length; index += 2) {
      parts.push(this.writer.peek(ranges[index] ?? 0, ranges[index + 1] ?? 0));
    }
    return parts;
  }
}

/** Writes one record, as field `tag` or bare. What throws is tried once more with what can be read of it. */
export function writeSafely<Item extends Belonging>(
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

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
