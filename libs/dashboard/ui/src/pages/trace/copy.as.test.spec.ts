import { describe, expect, it } from 'vitest';
import { testOf } from './copy.as.test.ts';
import { span, summary } from './span.spec-helper.ts';

const root = span('1', null, {
  name: 'GET /users/:id',
  kind: 'server',
  attributes: {
    'http.request.method': 'GET',
    'http.route': '/users/:id',
    'http.response.status_code': 403,
    'url.path': '/users/7',
    'url.query': 'full=1',
    'network.peer.port': 40_000,
  },
  events: [
    {
      name: 'nestjs.guard',
      timeUs: 1,
      attributes: { 'nestjs.layer.name': 'JwtGuard', 'nestjs.layer.outcome': 'denied' },
    },
  ],
});

describe('A trace as a test', () => {
  it('asks for the same and expects the same', () => {
    const code = testOf({ summary: summary(), spans: [root] });
    expect(code).toContain("fetch(new URL('/users/7?full=1', await app.getUrl())");
    expect(code).toContain('expect(response.status).toBe(403);');
    expect(code).toContain("expect(telemetry).toHaveSpan('GET /users/:id', {");
    expect(code).toContain("'nestjs.layer.name': 'JwtGuard', 'nestjs.layer.outcome': 'denied'");
  });

  it('leaves out what differs from run to run', () => {
    expect(testOf({ summary: summary(), spans: [root] })).not.toContain('40000');
  });

  it('counts spans that are alike, and names their parent', () => {
    const query = (id: string) => span(id, '1', { name: 'SELECT users', kind: 'client' });
    const code = testOf({ summary: summary(), spans: [root, query('2'), query('3')] });
    expect(code.match(/toHaveSpan\('SELECT users'/g)).toHaveLength(1);
    expect(code).toContain("parent: 'GET /users/:id',");
    expect(code).toContain('count: 2,');
  });

  it('expects nothing of other services', () => {
    const code = testOf({
      summary: summary({ services: ['shop', 'mail'] }),
      spans: [root, span('2', '1', { name: 'send', service: 'mail' })],
    });
    expect(code).not.toContain("'send'");
    expect(code).toContain('// Spans of mail are recorded in their own tests.');
  });

  it('lets no name end its text or its comment', () => {
    const evil = "x'); process.exit(1); //\n`${1}\u2028\\";
    const code = testOf({
      summary: summary({ services: ['shop', evil] }),
      spans: [span('1', null, { name: evil })],
    });
    const lines = code.split(/[\n\u2028]/).filter((line) => line.includes('process.exit'));
    expect(lines.every((line) => /^\s*\/\/|\\'\); process/.test(line))).toBe(true);
    expect(lines.length).toBeGreaterThan(0);
  });
});
