/** How a field of one value is written: protobuf's scalar types, plus `id` for bytes that are shown as hex digits. */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'double'
  | 'uint32'
  | 'sint32'
  | 'enum'
  | 'fixed32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64';

/** One field of a message. */
export interface Field {
  readonly number: number;
  readonly name: string;
  readonly type: ScalarType | MessageType;
  readonly isRepeated: boolean;
  /** Whether absent differs from the default: messages, `optional` fields and members of a oneof. */
  readonly hasPresence: boolean;
  /** Setting a field of the oneof clears the others; no message of OTLP has more than one oneof. */
  readonly isInOneof: boolean;
}

/** A message with its fields by number and by name. */
export class MessageType {
  readonly fields: Field[] = [];
  readonly byNumber: (Field | undefined)[] = [];
  readonly byName = new Map<string, Field>();
  /** Memory an empty one takes, roughly. */
  cost = 56;

  readonly #template: MessageData = {};
  readonly #lists: string[] = [];

  constructor(readonly name: string) {}

  /**
   * Adds fields, each written as `name: [number, type]`. A type in a list is repeated; a name that ends in `?` has
   * presence, and one that ends in `|` belongs to the oneof.
   */
  define(fields: Readonly<Record<string, readonly [number, FieldType]>>): this {
    for (const [label, [number, type]] of Object.entries(fields)) {
      const [single, isRepeated] = Array.isArray(type)
        ? [type[0] as ScalarType | MessageType, true]
        : [type, false];
      const isInOneof = label.endsWith('|');
      const field: Field = {
        number,
        name: label.replace(/[?|]$/, ''),
        type: single as ScalarType | MessageType,
        isRepeated,
        hasPresence: isInOneof || label.endsWith('?') || (single instanceof MessageType && !isRepeated),
        isInOneof,
      };
      this.fields.push(field);
      this.byNumber[number] = field;
      this.byName.set(field.name, field);
      // An empty list is an object of its own.
      this.cost += isRepeated ? 40 : 8;
      if (isRepeated) this.#lists.push(field.name);
      // Lists hold their place, so that every message of a type has the same shape.
      if (isRepeated || !field.hasPresence)
        this.#template[field.name] = isRepeated ? undefined : defaultOf(field);
    }
    return this;
  }

  /** A message of which nothing is set. */
  create(): MessageData {
    const data = { ...this.#template };
    for (const name of this.#lists) data[name] = [];
    return data;
  }
}

type FieldType = ScalarType | MessageType | readonly [ScalarType | MessageType];

function defaultOf(field: Field): unknown {
  return DEFAULTS[field.type as ScalarType];
}

/** A decoded message of any type. */
export type MessageData = Record<string, unknown>;

/** What an absent field of a type reads as; bytes only occur with presence. */
export const DEFAULTS: Readonly<Record<ScalarType, unknown>> = {
  string: '',
  bytes: undefined,
  id: '',
  bool: false,
  double: 0,
  uint32: 0,
  sint32: 0,
  enum: 0,
  fixed32: 0,
  int64: 0n,
  uint64: 0n,
  fixed64: 0n,
  sfixed64: 0n,
};
