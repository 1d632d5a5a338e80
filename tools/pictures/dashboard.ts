import { heightOf, type Panel, panelJson } from './panel.ts';
import { variables } from './variables.ts';

/** Panels under one heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Whether routes can be chosen. */
  readonly routes?: boolean;
  readonly sections: readonly Section[];
}

const COLUMNS = 24;
const TAG = 'nest-telemetry';

/** The dashboard as Grafana imports it. */
export function dashboardJson({ uid, title, description, routes = false, sections }: Dashboard): object {
  return {
    uid,
    title,
    description,
    tags: [TAG],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    links: [
      {
        type: 'dashboards',
        title: 'Telemetry',
        tags: [TAG],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: { list: variables({ routes }) },
    panels: placed(sections),
  };
}

/** Puts panels beside each other and, where a row is full, below. */
function placed(sections: readonly Section[]): object[] {
  let id = 0;
  let top = 0;
  return sections.flatMap(({ title, panels }) => {
    id += 1;
    const heading = {
      id,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: top, w: COLUMNS, h: 1 },
    };
    top += 1;
    let left = 0;
    let height = 0;
    const inside = panels.map((panel) => {
      if (left + panel.width > COLUMNS) {
        top += height;
        left = height = 0;
      }
      id += 1;
      const json = panelJson(panel, id, { x: left, y: top, w: panel.width, h: heightOf(panel) });
      left += panel.width;
      height = Math.max(height, heightOf(panel));
      return json;
    });
    top += height;
    return [heading, ...inside];
  });
}
