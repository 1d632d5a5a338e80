import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ROOT } from '../../../tools/libraries.js';
import { writtenDashboards } from '../../../tools/pictures/written.files.spec-helper.js';
import { hasPromtool, promtool } from '../../e2e/metrics/promtool.js';

const REQUIRED = process.env['REQUIRE_SERVICES'] === '1';

function filesOf(pattern: string): string[] {
  const files = globSync(pattern, { cwd: ROOT }).toSorted();
  expect(files).not.toEqual([]);
  return files.map((file) => join(ROOT, file));
}

/** What Grafana puts in before it asks. */
function asAsked(expression: string): string {
  return expression.replaceAll('$__rate_interval', '5m').replaceAll(/\$(service|instance|route)\b/g, '.*');
}

describe.skipIf(!hasPromtool && !REQUIRED)('For Prometheus itself (needs promtool)', () => {
  it('the rules are valid', () => {
    expect(hasPromtool, 'promtool must be installed when REQUIRE_SERVICES=1').toBe(true);
    const { status, output } = promtool('check', 'rules', ...filesOf('docker/prometheus/rules/*.yaml'));
    expect(output).not.toContain('FAILED');
    expect(output.match(/SUCCESS: \d+ rules found/g)).toHaveLength(3);
    expect(status, output).toBe(0);
  });

  it('the alerts fire when they should, and stay silent when they should', () => {
    const { status, output } = promtool('test', 'rules', ...filesOf('docker/prometheus/tests/*.yaml'));
    expect(status, output).toBe(0);
    expect(output.match(/SUCCESS/g)).toHaveLength(4);
  });

  it('every query of the dashboards can be read', () => {
    const expressions = writtenDashboards().flatMap((dashboard) =>
      dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => asAsked(expr))),
    );
    expect(expressions.length).toBeGreaterThan(50);
    expect(expressions.filter((expression) => expression.includes('$'))).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
    try {
      const file = join(folder, 'queries.yaml');
      const rules = expressions.map((expr, index) => ({ record: `query:${index}`, expr }));
      writeFileSync(file, stringify({ groups: [{ name: 'queries', rules }] }));
      const { status, output } = promtool('check', 'rules', file);
      expect(status, output).toBe(0);
      expect(output).toContain(`SUCCESS: ${expressions.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
