/** An error as it is written: plain data, read once. */
export interface LogError {
  /** Class or `name` of the error; absent when only a text or a value was given. */
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly stack?: string | undefined;
  /** Further own properties, such as `code`; for a `cause` that is no error, that object. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: LogError | undefined;
  /** Members of an `AggregateError`. */
  readonly errors?: readonly LogError[] | undefined;
}

/** What a log record says, wherever it comes from: all of it that can hold a secret. */
export interface RecordContent {
  /** The message: mostly text, but any value can be logged. */
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
  readonly error: LogError | undefined;
}
