import { type EncodeOptions, resolveLimits } from '../encode.options.js';
import { ProtobufWriter } from './protobuf.writer.js';

/** More are only in use at once when a getter of an encoded value encodes something itself. */
const KEPT_WRITERS = 3;

const idle: ProtobufWriter[] = [];

/** A writer that nobody else writes to until it is given back. */
export function takeWriter(options: EncodeOptions | undefined): ProtobufWriter {
  const writer = idle.pop() ?? new ProtobufWriter();
  writer.reset(resolveLimits(options));
  return writer;
}

export function giveBack(writer: ProtobufWriter): void {
  if (idle.length < KEPT_WRITERS) idle.push(writer);
}
