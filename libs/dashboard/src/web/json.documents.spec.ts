import { describe, expect, it } from 'vitest';
import { SEED, seeded } from '../telemetry.spec-helper.js';
import { jsonDocuments } from './json.documents.js';

async function* pieces(text: string, size: () => number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const next = at + size();
    yield bytes.subarray(at, next);
    at = next;
  }
}

async function read(text: string, size = () => text.length, most = 1000): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const document of jsonDocuments(pieces(text, size), most))
    found.push(JSON.parse(Buffer.from(document).toString('utf8')));
  return found;
}

describe('The objects in a stream of JSON', () => {
  const objects = [{ a: 1 }, { b: { c: ['}', '{"', '\\', 'ü😀'] } }, {}, { d: '\\"}' }];

  it(`are found however they are written and cut (DASHBOARD_SEED=${SEED})`, async () => {
    const random = seeded(SEED);
    const lines = objects.map((each) => JSON.stringify(each)).join('\n');
    const pretty = objects.map((each) => JSON.stringify(each, null, 2)).join(',\r\n\t');
    for (const text of [lines, `${lines}\n`, pretty, `\n\n${pretty}  `])
      for (let round = 0; round < 50; round += 1)
        expect(await read(text, () => 1 + Math.floor(random() * 9))).toEqual(objects);
  });

  it('are none in nothing', async () => {
    expect(await read('')).toEqual([]);
  });

  it.each(['{"a":1', '{"a":"}', 'x{}', '{} and', '[{}]', '<html>'])('are refused in %s', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'ND_IMPORT_MALFORMED' });
  });

  it('are no longer than they may be', async () => {
    const text = JSON.stringify({ a: 'x'.repeat(2000) });
    await expect(read(text, () => 100)).rejects.toMatchObject({ code: 'ND_BODY_TOO_LARGE' });
  });
});
