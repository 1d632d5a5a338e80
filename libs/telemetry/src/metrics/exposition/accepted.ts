/** One element of an `Accept` or `Accept-Encoding` header (RFC 9110, section 12.5). */
export interface Accepted {
  /** In lower case, e.g. `text/plain` or `gzip`. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 is what is not wanted. */
  readonly quality: number;
}

/** Headers can be of any length, and are a stranger's. */
const MAX_ELEMENTS = 32;

/** The elements of the header, the most wanted first; of equals the first. */
export function parseAccepted(header: string | readonly string[] | undefined): Accepted[] {
  const text = typeof header === 'string' ? header : (header?.join() ?? '');
  return text
    .split(',', MAX_ELEMENTS)
    .map(parseElement)
    .filter(({ value }) => value !== '')
    .toSorted((a, b) => b.quality - a.quality);
}

function parseElement(text: string): Accepted {
  const [value = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const at = parameter.indexOf('=');
    if (at > 0)
      parameters.set(parameter.slice(0, at).trim().toLowerCase(), unquote(parameter.slice(at + 1).trim()));
  }
  const quality = Number(parameters.get('q') ?? 1);
  // What is no number wants nothing.
  return { value: value.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
