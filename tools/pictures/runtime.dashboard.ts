import {
  CPU_MODE,
  METRICS,
  type MetricRow,
  NODEJS_EVENTLOOP_STATE,
  V8JS_GC_TYPE,
  V8JS_HEAP_SPACE_NAME,
} from '../../libs/telemetry/src/metrics/catalog.ts';
import { WORKER_LABEL } from '../../libs/telemetry/src/metrics/exposition/page.format.ts';
import type { Dashboard, Section } from './dashboard.ts';
import { panelsOf, quantilePanel, ratePanel, valuePanel } from './panels.ts';
import { labelOf } from './series.ts';
import { CHOSEN } from './variables.ts';

/** Every process is a line of its own: the workers of a cluster, too. */
const PROCESS = { where: CHOSEN, by: ['instance', WORKER_LABEL] };

function processBy(row: MetricRow, attribute: string) {
  return { where: CHOSEN, by: [...PROCESS.by, labelOf(row, attribute)] };
}

function sections(): Section[] {
  return [
    {
      title: 'Event loop',
      panels: [
        valuePanel({ '': METRICS.eventLoopUtilization }, PROCESS, {
          title: 'Utilisation',
          description: 'Share of the time in which the event loop was busy. Near 1 everything waits.',
        }),
        valuePanel(
          {
            p50: METRICS.eventLoopDelayP50,
            p90: METRICS.eventLoopDelayP90,
            p99: METRICS.eventLoopDelayP99,
            max: METRICS.eventLoopDelayMax,
          },
          PROCESS,
          {
            title: 'Delay',
            description: 'How late timers come. 10 ms are the resolution of the measurement.',
          },
        ),
        valuePanel(
          {
            min: METRICS.eventLoopDelayMin,
            mean: METRICS.eventLoopDelayMean,
            stddev: METRICS.eventLoopDelayStddev,
          },
          PROCESS,
          { title: 'Delay: mean and spread', description: 'As on the left.' },
        ),
        ratePanel(METRICS.eventLoopTime, processBy(METRICS.eventLoopTime, NODEJS_EVENTLOOP_STATE), {
          title: 'Time by state',
          description: METRICS.eventLoopTime.description,
        }),
      ],
    },
    {
      title: 'Garbage collection',
      panels: [
        ratePanel(METRICS.gcDuration, processBy(METRICS.gcDuration, V8JS_GC_TYPE), {
          title: 'Collections',
          description: 'How many a second, by kind.',
        }),
        quantilePanel(METRICS.gcDuration, CHOSEN, {
          title: 'Duration',
          description: METRICS.gcDuration.description,
        }),
      ],
    },
    {
      title: 'Memory',
      panels: [
        valuePanel({ resident: METRICS.processMemoryUsage }, PROCESS, {
          title: 'Process',
          description: METRICS.processMemoryUsage.description,
        }),
        valuePanel({ used: METRICS.heapUsed, limit: METRICS.heapLimit }, PROCESS, {
          title: 'Heap',
          description: 'All spaces of the heap together.',
        }),
        valuePanel({ '': METRICS.heapUsed }, processBy(METRICS.heapUsed, V8JS_HEAP_SPACE_NAME), {
          title: 'Heap by space',
          description: METRICS.heapUsed.description,
        }),
        valuePanel({ available: METRICS.heapSpaceAvailable, physical: METRICS.heapSpacePhysical }, PROCESS, {
          title: 'Heap: available and committed',
          description: 'All spaces of the heap together.',
        }),
      ],
    },
    {
      title: 'Process',
      panels: [
        ratePanel(METRICS.processCpuTime, processBy(METRICS.processCpuTime, CPU_MODE), {
          title: 'CPU',
          description: 'Share of one core.',
        }),
        valuePanel({ '': METRICS.processUptime }, PROCESS, {
          title: 'Uptime',
          description: `${METRICS.processUptime.description} A line that falls is a restart.`,
        }),
      ],
    },
  ];
}

/** How Node is doing. */
export function runtimeDashboard(others: readonly MetricRow[]): Dashboard {
  const rest = others.flatMap((row) => panelsOf(row, PROCESS));
  return {
    uid: 'nest-telemetry-runtime',
    title: 'NestJS: Node runtime',
    description: 'Event loop, garbage collection, memory and CPU of every process.',
    sections: rest.length === 0 ? sections() : [...sections(), { title: 'More', panels: rest }],
  };
}
