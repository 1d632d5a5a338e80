/** What a GraphQL document says without being parsed. */
export interface GraphqlDocument {
  /** Type of the operation that is asked for: `query`, `mutation`, `subscription`. */
  readonly type: string | undefined;
  readonly name: string | undefined;
  /** The document without comments and without strings and numbers, which are `?`. */
  readonly text: string;
}

/** More is not looked at: hostile documents are megabytes long, and whoever executes one says what it is. */
const MAX_SCANNED = 4096;
/** What is kept of a document, in characters. */
const MAX_TEXT = 2048;
const OPERATIONS: ReadonlySet<string> = new Set(['query', 'mutation', 'subscription']);
const NO_SPACE_BEFORE: ReadonlySet<string> = new Set([')', ']', ':', '!', '(']);
const NO_SPACE_AFTER: ReadonlySet<string> = new Set(['(', '[', '$', '@', '...', '']);

/**
 * Reads a document by its tokens only: the server has parsed it already, or will refuse it. Every character is looked
 * at once, and an end that is missing means the rest of the text, so that a cut literal shows nothing.
 *
 * @param operationName - which operation of several is meant
 */
export function readGraphql(document: string, operationName?: string): GraphqlDocument {
  const found: { type: string; name: string | undefined }[] = [];
  let depth = 0;
  let text = '';
  let last = '';
  /** The type of the definition whose name may come next. */
  let opened: string | undefined;
  /** Between the keyword of a definition and the end of its selection. */
  let inDefinition = false;
  scanGraphql(document.slice(0, MAX_SCANNED), (token) => {
    if (opened !== undefined) {
      found.push({ type: opened, name: isName(token) ? token : undefined });
      opened = undefined;
    }
    if (depth === 0 && !inDefinition) {
      if (OPERATIONS.has(token)) opened = token;
      if (token === '{') found.push({ type: 'query', name: undefined });
      inDefinition = true;
    }
    if (token === '{' || token === '(') depth += 1;
    if (token === '}' || token === ')') {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && token === '}') inDefinition = false;
    }
    if (text.length < MAX_TEXT) {
      text += NO_SPACE_BEFORE.has(token) || NO_SPACE_AFTER.has(last) ? token : ` ${token}`;
    }
    last = token;
  });
  if (opened !== undefined) found.push({ type: opened, name: undefined });
  const only = found.length === 1 ? found[0] : undefined;
  const isAskedFor = operationName !== undefined && operationName !== '';
  const operation = isAskedFor ? found.find(({ name }) => name === operationName) : only;
  return {
    type: operation?.type,
    name: operation?.name,
    text: text.length < MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`,
  };
}

/** Documents kept, and the longest of them in characters. */
const MAX_KEPT = 256;
const MAX_KEPT_LENGTH = 4096;

/** Reads documents and keeps what they said: clients send the same ones again and again. */
export class GraphqlDocuments {
  readonly #kept = new Map<string, GraphqlDocument>();

  read(document: string, operationName?: string): GraphqlDocument {
    if (document.length > MAX_KEPT_LENGTH) return readGraphql(document, operationName);
    // A name has no line break, and is not part of the key in another way.
    const key = `${operationName ?? ''}\n${document}`;
    let said = this.#kept.get(key);
    if (said === undefined) {
      said = readGraphql(document, operationName);
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(key, said);
    }
    return said;
  }
}

const TOKEN =
  /[\s,\ufeff]+|#[^\n\r]*|"""(?:[^"\\]|\\"""|\\|"(?!""))*(?:"""|$)|"(?:[^"\\]|\\[\s\S])*"?|[_A-Za-z]\w*|-?\d[\w.+-]*|\.\.\.|[\s\S]/gy;

/** Calls back with every token but white space, commas and comments; literals are `?`. */
function scanGraphql(document: string, visit: (token: string) => void): void {
  TOKEN.lastIndex = 0;
  for (const [token] of document.matchAll(TOKEN)) {
    const first = token.charAt(0);
    if (first === '#' || /[\s,\ufeff]/.test(first)) continue;
    visit(first === '"' || /^-?\d/.test(token) ? '?' : token);
  }
}

function isName(token: string): boolean {
  return /^[_A-Za-z]/.test(token);
}
