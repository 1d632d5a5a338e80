import { describe, expect, it } from 'vitest';
import { METRICS } from '../../libs/telemetry/src/metrics/catalog.js';
import { dashboardFiles } from './dashboard.files.js';
import { panelsOf } from './panels.js';
import { writtenDashboards, type PanelJson } from './written.files.spec-helper.js';

const COLUMNS = 24;

function overlap(a: PanelJson, b: PanelJson): boolean {
  const [one, two] = [a.gridPos, b.gridPos];
  return one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h;
}

it('Dashboards have names of their own', () => {
  const dashboards = writtenDashboards();
  expect(dashboards).toHaveLength(3);
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(3);
  expect(new Set(dashboards.map(({ title }) => title)).size).toBe(3);
});

it('Every row of the catalogue has a panel, also one that no dashboard names', () => {
  const all = [...dashboardFiles().values()].join('');
  for (const row of Object.values(METRICS)) expect(all).toContain(row.name.replaceAll('.', '_'));
  const subject = { where: [], by: [] };
  expect(panelsOf(METRICS.methodDuration, subject).map(({ title }) => title)).toEqual([
    'nestjs.method.duration: rate',
    'nestjs.method.duration: errors',
    'nestjs.method.duration: spread',
  ]);
  expect(panelsOf(METRICS.methodActiveCalls, subject)[0]?.targets[0]?.expr).toBe(
    'sum by (code_function_name) (nestjs_method_active_calls)',
  );
});

describe.each(writtenDashboards().map((dashboard) => [dashboard.title, dashboard] as const))(
  'The dashboard %s',
  (_title, dashboard) => {
    const { panels } = dashboard;

    it('has panels with ids of their own, on a grid without overlaps', () => {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const { gridPos } of panels) {
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(COLUMNS);
        expect(gridPos.w * gridPos.h).toBeGreaterThan(0);
      }
      const overlaps = dashboard.panels.flatMap((a, index) =>
        dashboard.panels.slice(index + 1).filter((b) => overlap(a, b)),
      );
      expect(overlaps).toEqual([]);
    });

    it('asks the data source that was chosen, with choices that it has', () => {
      const names = new Set(dashboard.templating.list.map(({ name }) => name));
      expect(dashboard.templating.list.find(({ type }) => type === 'datasource')?.name).toBe('datasource');
      const asking = panels.filter(({ type }) => type !== 'row');
      expect(asking.length).toBeGreaterThan(5);
      for (const { title, datasource, targets = [] } of asking) {
        expect(datasource?.uid, title).toBe('${datasource}');
        expect(targets.length, title).toBeGreaterThan(0);
        for (const { expr, datasource: source } of targets) {
          expect(source.uid).toBe('${datasource}');
          const used = [...expr.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
          expect(used.filter((name) => name !== '__rate_interval' && !names.has(name))).toEqual([]);
        }
      }
    });

    it('has dots that lead to traces where histograms are shown, and nowhere else', () => {
      for (const { type, targets = [] } of panels)
        for (const { expr, exemplar } of targets)
          expect(exemplar, expr).toBe(type === 'timeseries' && expr.startsWith('histogram_quantile'));
    });
  },
);
