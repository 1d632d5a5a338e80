import type { EncodeOptions } from '../encode.options.js';
import { attempt } from '../hostile.js';
import { type Belonging, RecordBatch, type RecordKind, writeSafely } from './record.batch.js';
import { giveBack, takeWriter } from './writer.pool.js';

/** Encodes records as one export request, grouped by resource and scope. */
export function encodeRequest<Item extends Belonging>(
  items: readonly Item[],
  kind: RecordKind<Item>,
  options: EncodeOptions | undefined,
): Uint8Array {
  const writer = takeWriter(options);
  const batch = new RecordBatch(writer, kind, options);
  for (const item of items) batch.add(item);
  const request = batch.request();
  giveBack(writer);
  return request;
}

/** Encodes one record as a bare message; undefined when nothing of it can be read. */
export function encodeRecord<Item extends Belonging>(
  item: Item,
  kind: RecordKind<Item>,
  options: EncodeOptions | undefined,
): Uint8Array | undefined {
  const writer = takeWriter(options);
  let message: Uint8Array | undefined;
  let failure: { readonly reason: unknown } | undefined;
  try {
    writeSafely(writer, kind, item, undefined);
    message = writer.copy(0, writer.position);
  } catch (reason) {
    failure = { reason };
  }
  giveBack(writer);
  if (failure !== undefined) attempt(() => options?.onDropped?.(failure.reason));
  return message;
}
