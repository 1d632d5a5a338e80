import type { Readable, Writable } from 'node:stream';

/** A request, or, without id, a notification. */
export interface RpcRequest {
  readonly id: string | number | undefined;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Codes of JSON-RPC 2.0. */
export const RPC = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodUnknown: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
} as const;

/** Becomes the error of an answer. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** A longer line is no request of ours. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Serves JSON-RPC 2.0 with one message on each line, until the input ends; requests are answered as they are done, in any
 * order.
 * @param handle - answers with the result, or throws an {@link RpcError}; called for notifications, too
 */
export async function serveLines(
  input: Readable,
  output: Writable,
  handle: (request: RpcRequest) => Promise<unknown>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const write = (message: object): void => {
    output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  for await (const line of linesOf(input)) {
    if (line.trim() === '') continue;
    const work = answer(line, handle).then((message) => {
      if (message !== undefined) write(message);
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  }
  await Promise.all(running);
}

/** What is to be answered to one line; nothing to a notification, nor to an answer. */
async function answer(
  line: string,
  handle: (request: RpcRequest) => Promise<unknown>,
): Promise<object | undefined> {
  let id: string | number | null = null;
  try {
    const message = parsed(line);
    if (!('method' in message) && ('result' in message || 'error' in message)) return undefined;
    const request = requestOf(message);
    id = request.id ?? null;
    const result = await handle(request);
    return request.id === undefined ? undefined : { id, result };
  } catch (error) {
    // What is wrong with a notification is nobody's question; what cannot be read has no id.
    if (id === null && !(error instanceof Unreadable)) return undefined;
    return { id, error: errorOf(error) };
  }
}

class Unreadable extends RpcError {}

function parsed(line: string): Readonly<Record<string, unknown>> {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new Unreadable(RPC.parse, 'A line is one JSON text.');
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new Unreadable(RPC.invalidRequest, 'A message is an object; batches are not taken.');
  return message as Readonly<Record<string, unknown>>;
}

function requestOf({ jsonrpc, id, method, params }: Readonly<Record<string, unknown>>): RpcRequest {
  const isId = id === undefined || typeof id === 'string' || typeof id === 'number';
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !isId)
    throw new Unreadable(
      RPC.invalidRequest,
      'A request has jsonrpc 2.0, a method, and a text or number as id.',
    );
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  return { id, method, params: isObject ? (params as Readonly<Record<string, unknown>>) : {} };
}

function errorOf(error: unknown): object {
  if (!(error instanceof RpcError))
    return { code: RPC.internal, message: error instanceof Error ? error.message : 'It failed.' };
  const { code, message, data } = error;
  return data === undefined ? { code, message } : { code, message, data };
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LONGEST_LINE) throw new Error('A line of the input is too long.');
  }
  yield rest;
}
