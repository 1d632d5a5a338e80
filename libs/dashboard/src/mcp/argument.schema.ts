/** One argument, as JSON Schema. */
export interface ArgumentSchema {
  readonly type: 'string' | 'number' | 'integer' | 'boolean';
  readonly description: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
}

/** What a tool takes. */
export interface ArgumentsSchema {
  /** Of the tool. */
  readonly name: string;
  readonly properties: Readonly<Record<string, ArgumentSchema>>;
  readonly required?: readonly string[];
}
