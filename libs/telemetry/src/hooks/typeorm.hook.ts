import type { ModulesContainer } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import type { Hook } from './hook.js';
import { isDataSource } from './typeorm.data-source.js';
import { traceStatements } from './typeorm.query-runner.js';

/**
 * Spans and durations of every SQL statement of the TypeORM data sources that the application provides. What runs
 * before the application is put together (connecting, schema synchronisation, migrations at start) is not seen; see
 * `traceDataSource` of `nest-telemetry/typeorm`.
 */
export const typeormHook: Hook = {
  name: 'typeorm',
  install({ modules }) {
    const found = [...dataSourcesOf(modules)];
    if (found.length === 0)
      return { installed: false, reason: 'no TypeORM data source among the providers', absent: true };
    const traced = found.filter(({ options }) => options.type !== 'mongodb');
    if (traced.length === 0) return { installed: false, reason: 'MongoDB runs no SQL statements' };
    const undo = traced.map((dataSource) => traceStatements(dataSource, { queryText: true }));
    return {
      installed: true,
      uninstall() {
        for (const stop of undo) stop();
      },
    };
  },
};

function dataSourcesOf(modules: ModulesContainer): Set<DataSource> {
  const found = new Set<DataSource>();
  for (const { providers } of modules.values()) {
    for (const { instance } of providers.values()) {
      if (isDataSource(instance)) found.add(instance);
    }
  }
  return found;
}
