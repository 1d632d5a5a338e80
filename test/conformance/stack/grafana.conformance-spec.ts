import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../tools/libraries.js';
import { composeFile, textOf, yamlOf } from './stack.files.js';

interface DataSource {
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly url: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource?: { readonly type: string; readonly uid: string };
    readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}

const { services } = composeFile();
const { datasources } = yamlOf('docker/grafana/provisioning/datasources/datasources.yaml') as {
  datasources: DataSource[];
};
const byUid = new Map(datasources.map((source) => [source.uid, source]));
const dashboards = globSync('docker/grafana/dashboards/*.json', { cwd: ROOT }).map(
  (file) => [file, JSON.parse(textOf(file)) as Dashboard] as const,
);

describe('The data sources of Grafana', () => {
  it.each(datasources)('$name asks a service of the stack', ({ url }) => {
    expect(Object.keys(services)).toContain(new URL(url).hostname);
  });

  it('lead from a metric to a trace, from a trace to logs and metrics, and from a log to its trace', () => {
    const kindOf = (uid: unknown): string | undefined => byUid.get(String(uid))?.type;
    const prometheus = byUid.get('prometheus')?.jsonData as {
      exemplarTraceIdDestinations: { name: string; datasourceUid: string }[];
    };
    const jaeger = byUid.get('jaeger')?.jsonData as Record<string, { datasourceUid: string; query: string }>;
    const loki = byUid.get('loki')?.jsonData as { derivedFields: { datasourceUid: string }[] };
    // The name of the label in our exemplars.
    expect(prometheus.exemplarTraceIdDestinations.map(({ name }) => name)).toEqual(['trace_id']);
    expect(kindOf(prometheus.exemplarTraceIdDestinations[0]?.datasourceUid)).toBe('jaeger');
    expect(kindOf(jaeger['tracesToLogsV2']?.datasourceUid)).toBe('loki');
    expect(kindOf(jaeger['tracesToMetrics']?.datasourceUid)).toBe('prometheus');
    expect(kindOf(loki.derivedFields[0]?.datasourceUid)).toBe('jaeger');
  });

  it('ask for metrics that the library writes', () => {
    const links = byUid.get('jaeger')?.jsonData['tracesToMetrics'] as { queries: { query: string }[] };
    const dashboard = textOf('docker/grafana/dashboards/service-overview.json');
    for (const { query } of links.queries) {
      const [, name = ''] = /rate\((\w+?)(?:_bucket|_count)\{/.exec(query) ?? [];
      expect(dashboard.includes(name), query).toBe(true);
    }
  });

  // Grafana replaces what looks like a variable of the environment, and takes `$$` for one `$`.
  it('keep the variables of Grafana from being replaced at start', () => {
    const text = textOf('docker/grafana/provisioning/datasources/datasources.yaml');
    expect(text.match(/(?<!\$)\$(?!\$)[{\w]/g)).toBeNull();
  });
});

describe('The provisioning of Grafana', () => {
  it('finds the dashboards where Compose puts them', () => {
    const { providers } = yamlOf('docker/grafana/provisioning/dashboards/dashboards.yaml') as {
      providers: { options: { path: string } }[];
    };
    const mounts = services['grafana']?.volumes ?? [];
    expect(mounts).toContain(`./grafana/dashboards:${providers[0]?.options.path}:ro`);
    expect(mounts).toContain('./grafana/provisioning:/etc/grafana/provisioning:ro');
  });
});

describe.each(dashboards)('The dashboard %s', (_, { uid, title, schemaVersion, panels, templating }) => {
  it('has what Grafana needs to import it', () => {
    expect(uid).toMatch(/^[\w-]{1,40}$/);
    expect(title).not.toBe('');
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(dashboards.filter(([, other]) => other.uid === uid)).toHaveLength(1);
  });

  it('shows panels of known kinds, each in its place', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, title: name, gridPos } of panels) {
      expect(
        'row timeseries stat gauge table heatmap bargauge text barchart piechart state-timeline'.split(' '),
        name,
      ).toContain(type);
      expect(gridPos.x + gridPos.w, name).toBeLessThanOrEqual(24);
    }
    // Nothing lies over something else.
    for (const [index, { gridPos: a, title: name }] of panels.entries()) {
      for (const { gridPos: b } of panels.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart, name).toBe(true);
      }
    }
  });

  it('asks the data source that is chosen at its head', () => {
    expect(templating.list).toContainEqual(expect.objectContaining({ type: 'datasource' }));
    const chosen = templating.list.find(({ type }) => type === 'datasource')?.name;
    for (const { datasource, targets = [], title: name } of panels) {
      if (targets.length > 0) expect(datasource, name).toEqual({ type: 'prometheus', uid: `\${${chosen}}` });
      for (const { refId } of targets) expect(refId, name).toMatch(/^[A-Z]$/);
    }
  });
});
