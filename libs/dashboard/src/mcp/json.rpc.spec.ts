import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { RPC, RpcError, serveLines, type RpcRequest } from './json.rpc.js';

async function echo({ method, params }: RpcRequest): Promise<unknown> {
  if (method === 'refuse') throw new RpcError(RPC.invalidParams, 'no', { why: 'spec' });
  if (method === 'break') throw new TypeError('broken');
  if (method === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
  return { method, params };
}

/** Every answer to some input, in the order in which they came. */
async function answers(...chunks: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  const output = new PassThrough();
  const printed = text(output);
  await serveLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), output, echo);
  output.end();
  return (await printed)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

const request = (id: unknown, method: string, params?: unknown): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;

describe('JSON-RPC on lines', () => {
  it('answers each request under its id, the quick ones first', async () => {
    expect(await answers(request(1, 'slow'), request('b', 'quick', { a: 1 }))).toEqual([
      { jsonrpc: '2.0', id: 'b', result: { method: 'quick', params: { a: 1 } } },
      { jsonrpc: '2.0', id: 1, result: { method: 'slow', params: {} } },
    ]);
  });

  it('reads lines that come in pieces, within a character, too, and a last one without its end', async () => {
    const bytes = Buffer.from(request(1, 'grüße').trimEnd());
    const within = bytes.indexOf('ü') + 1;
    expect(await answers(bytes.subarray(0, within), bytes.subarray(within))).toMatchObject([
      { id: 1, result: { method: 'grüße' } },
    ]);
  });

  it('says nothing to notifications, answers and empty lines', async () => {
    const quiet = [
      request(undefined, 'note'),
      request(undefined, 'break'),
      '\n',
      '{"jsonrpc":"2.0","id":1,"result":{}}\n',
    ];
    expect(await answers(...quiet)).toEqual([]);
  });

  it('answers errors with their code, and goes on', async () => {
    const failed = await answers(
      request(1, 'refuse'),
      request(2, 'break'),
      'not json\n',
      '[]\n',
      '{"id":3,"method":"x"}\n',
      request(4, 'fine'),
    );
    expect(failed).toHaveLength(6);
    expect(failed).toContainEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32_602, message: 'no', data: { why: 'spec' } },
    });
    expect(failed).toContainEqual({ jsonrpc: '2.0', id: 2, error: { code: -32_603, message: 'broken' } });
    const codes = failed.map((each) => (each as { error?: { code: number } }).error?.code);
    expect(new Set(codes)).toEqual(new Set([-32_600, -32_602, -32_603, -32_700, undefined]));
  });
});
