import { type ComponentType, lazy } from 'react';

/** A page of the navigation. */
export interface Page {
  readonly path: string;
  readonly title: string;
  /** Pressed after `g`. */
  readonly key: string;
  readonly component: ComponentType;
}

/** Each page is loaded when it is first opened. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    title: 'Overview',
    key: 'o',
    component: lazy(async () => ({
      default: (await import('../pages/overview/overview.page.tsx')).OverviewPage,
    })),
  },
  {
    path: '/traces',
    title: 'Traces',
    key: 't',
    component: lazy(async () => ({ default: (await import('../pages/traces/traces.page.tsx')).TracesPage })),
  },
  {
    path: '/routes',
    title: 'Routes',
    key: 'r',
    component: lazy(async () => ({ default: (await import('../pages/routes/routes.page.tsx')).RoutesPage })),
  },
  {
    path: '/map',
    title: 'Map',
    key: 'a',
    component: lazy(async () => ({ default: (await import('../pages/map/map.page.tsx')).MapPage })),
  },
  {
    path: '/logs',
    title: 'Logs',
    key: 'l',
    component: lazy(async () => ({ default: (await import('../pages/logs/logs.page.tsx')).LogsPage })),
  },
  {
    path: '/metrics',
    title: 'Metrics',
    key: 'm',
    component: lazy(async () => ({
      default: (await import('../pages/metrics/metrics.page.tsx')).MetricsPage,
    })),
  },
  {
    path: '/doctor',
    title: 'Doctor',
    key: 'd',
    component: lazy(async () => ({ default: (await import('../pages/doctor/doctor.page.tsx')).DoctorPage })),
  },
  {
    path: '/settings',
    title: 'Settings',
    key: 's',
    component: lazy(async () => ({
      default: (await import('../pages/settings/settings.page.tsx')).SettingsPage,
    })),
  },
];

/** Opened from the list. */
export const TracePage = lazy(async () => ({
  default: (await import('../pages/trace/trace.page.tsx')).TracePage,
}));
