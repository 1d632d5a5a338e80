import type { ScalarType } from '../model/message.type.js';

/** The wire type of everything that has a length before it. */
export const DELIMITED = 2;

/** The wire type of each scalar; messages are {@link DELIMITED}. */
export const WIRE_TYPES: Readonly<Record<ScalarType, number>> = {
  string: DELIMITED,
  bytes: DELIMITED,
  id: DELIMITED,
  bool: 0,
  double: 1,
  uint32: 0,
  sint32: 0,
  enum: 0,
  fixed32: 5,
  int64: 0,
  uint64: 0,
  fixed64: 1,
  sfixed64: 1,
};
