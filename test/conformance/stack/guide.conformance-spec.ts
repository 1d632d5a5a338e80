import { describe, expect, it } from 'vitest';
import { textOf } from './stack.files.js';

const guide = textOf('docs/guides/production.md');
// A snippet says in the line before it which file it is from.
const snippets = [...guide.matchAll(/^<!-- (\S+) -->\n\n```\w+\n([\s\S]*?)^```$/gm)].map(
  ([, file = '', code = '']) => ({ file, code }),
);

/** Without what a page and a file may differ in: indentation. */
function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

describe('The guide to production', () => {
  it('has a snippet for every part', () => {
    const files = new Set(snippets.map(({ file }) => file));
    for (const part of [
      'otelcol/collector',
      'jaeger/',
      'prometheus/',
      'grafana/',
      'k8s/',
      'compose.yaml',
      'Dockerfile',
    ]) {
      expect(
        [...files].some((file) => file.includes(part)),
        part,
      ).toBe(true);
    }
  });

  it.each([
    'Collector',
    'Jaeger',
    'Prometheus',
    'Grafana',
    'Kubernetes',
    'Sampling',
    'Sizing',
    'TLS and credentials',
  ])('has a snippet of a file under %s', (title) => {
    const section = guide.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
    expect(section).toMatch(/^<!-- docker\//m);
  });

  it.each(snippets)('shows what is in $file', ({ file, code }) => {
    expect(lines(textOf(file))).toContain(lines(code));
  });

  it('shows no YAML that is from nowhere', () => {
    expect(guide.match(/^```yaml$/gm)).toHaveLength(
      snippets.filter(({ file }) => !file.endsWith('Dockerfile')).length,
    );
  });

  it('calculates what it says it does', () => {
    const [, perOrder = '', bytes = ''] =
      /\*\*([\d.]+)\s+spans per order, (\d+) bytes per span/.exec(guide) ?? [];
    const perSecond = 100 * Number(perOrder);
    const perDay = 40 * Number(perOrder) * 86_400;
    const kept = 0.01 + 0.01 + 0.98 * 0.1;
    expect(guide).toContain(`| ${perSecond.toLocaleString('en').replace(',', ' ')} `);
    expect(guide).toContain(`| ${Math.round(perDay / 1e6)} million `);
    expect(guide).toContain(`| ${((perSecond * Number(bytes)) / 1e6).toFixed(1)} MB/s (`);
    expect(guide).toContain(`| ${Math.round((perDay * 100) / 1e9)} GB `);
    expect(guide).toContain(`| ${(kept * 100).toFixed(1)} % `);
    expect(guide).toContain(`| ${((perDay * 100 * kept) / 1e9).toFixed(1)} GB `);
    expect(guide).toContain(
      `= ${Math.round((256 * 2 ** 20) / ((perSecond / 10) * Number(bytes)) / 60)} minutes`,
    );
  });
});
