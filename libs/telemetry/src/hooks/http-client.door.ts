/** How the requests of one HTTP client are read and written. `R` is whatever object the client has per request. */
export interface HttpClientDoor<R extends object> {
  /** As shown in warnings, e.g. `fetch`. */
  readonly client: string;
  method(request: R): string;
  url(request: R): string | URL;
  /** Where the request goes to, whatever its `Host` header says: this decides whether context may go along. */
  target(request: R): string;
  /** A header that is already on the request. */
  header(request: R, name: string): string | undefined;
  /** Sets a header, replacing one of the same name. Must not throw for printable values. */
  setHeader(request: R, name: string, value: string): void;
  /** A header of the answer, as the client hands answers out. */
  answerHeader(answer: object, name: string): string | undefined;
}
