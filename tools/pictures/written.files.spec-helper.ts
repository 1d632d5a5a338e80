import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../libraries.js';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly expr: string;
    readonly exemplar: boolean;
    readonly datasource: { readonly uid: string };
  }[];
}

export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelJson[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
}

function read(pattern: string): [path: string, text: string][] {
  return globSync(pattern, { cwd: ROOT })
    .toSorted()
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]);
}

/** Rules as they stand in docker/. */
export function writtenRules(): Rule[] {
  return read('docker/prometheus/rules/*.yaml').flatMap(([, text]) =>
    (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules),
  );
}

/** Dashboards as they stand in docker/. */
export function writtenDashboards(): DashboardFile[] {
  return read('docker/grafana/dashboards/*.json').map(([, text]) => JSON.parse(text) as DashboardFile);
}

/** The tests for the rules. */
export function ruleTests(): string[] {
  return read('docker/prometheus/tests/*.yaml').map(([, text]) => text);
}
