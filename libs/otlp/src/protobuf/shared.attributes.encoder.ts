import type { EncodableAttributes } from '../encodable.js';
import { writeAttributes } from './attributes.encoder.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import { giveBack, takeWriter } from './writer.pool.js';

/**
 * The attributes of a span in parts, no name in more than one of them.
 * @since 0.1.0
 */
export interface AttributeParts {
  readonly own: EncodableAttributes;
  /** Objects that many spans refer to and that never change: they are encoded once and remembered. */
  readonly shared: readonly EncodableAttributes[];
}

/** Shared attributes as they stand on the wire, for one tag and one limit of texts. */
interface Encoded {
  readonly tag: number;
  readonly maxTextLength: number;
  readonly bytes: Uint8Array;
}

const remembered = new WeakMap<EncodableAttributes, Encoded>();

/** Like `writeAttributes`, for an object that never changes. */
export function writeSharedAttributes(
  writer: ProtobufWriter,
  tag: number,
  attributes: EncodableAttributes,
): void {
  const { maxTextLength } = writer.limits;
  let encoded = remembered.get(attributes);
  if (encoded?.tag !== tag || encoded.maxTextLength !== maxTextLength) {
    const own = takeWriter({ maxTextLength });
    writeAttributes(own, tag, attributes);
    // Not a part of the memory small buffers share: it may live long.
    encoded = { tag, maxTextLength, bytes: Uint8Array.from(own.peek(0, own.position)) };
    giveBack(own);
    remembered.set(attributes, encoded);
  }
  writer.raw(encoded.bytes);
}
