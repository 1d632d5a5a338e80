import { describe, expect, it } from 'vitest';
import { setupSnippets } from './setup.snippets.ts';

describe('what to paste to send telemetry here', () => {
  const [http, grpc] = ['http://127.0.0.1:4318', 'http://127.0.0.1:4317'];

  it('has the addresses that really listen', () => {
    const texts = setupSnippets({ http: 'http://[::1]:9999', grpc: null }).map(({ text }) => text);
    expect(texts).toHaveLength(3);
    for (const text of texts) expect(text).toContain('http://[::1]:9999');
  });

  it('offers gRPC only where it is taken', () => {
    const protocols = (ingest: Parameters<typeof setupSnippets>[0]) =>
      setupSnippets(ingest).flatMap(({ text }) => /PROTOCOL=(\S+)/u.exec(text)?.[1] ?? []);
    expect(protocols({ http, grpc })).toEqual(['http/protobuf', 'grpc']);
    expect(protocols({ http, grpc: null })).toEqual(['http/protobuf']);
    expect(protocols({ http: null, grpc })).toEqual(['grpc']);
  });
});
