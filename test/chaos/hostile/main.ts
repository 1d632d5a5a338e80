import { setTimeout as delay } from 'node:timers/promises';
import { groups } from './groups.ts';
import type { HostileCase, Outcome } from './hostile.case.ts';
import { Application } from './stage.ts';

// Runs the cases of one group, and prints what was seen of each as a line of JSON.
const REPETITIONS = 3;
const MINUTE = 60_000;

const { group } = JSON.parse(process.env['FIXTURE'] ?? '{}') as { group: string };
const unhandled: string[] = [];
const uncaught: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(show(reason)));
process.on('uncaughtException', (error) => uncaught.push(show(error)));

// A case must hear of its own failures though another one has just had the same, so a minute passes between the two.
const now = Date.now.bind(Date);
let passed = 0;
/** Also what happens while an application starts. */
let countedSoFar = 0;
Date.now = () => now() + passed;

for (const [name, each] of Object.entries(groups[group] ?? {})) {
  passed += 2 * MINUTE;
  // oxlint-disable-next-line no-await-in-loop -- one at a time, or it would not be known whose failure it was
  process.stdout.write(`@case ${JSON.stringify({ name, outcome: await run(each) })}\n`);
}
process.exit();

async function run({ options, act }: HostileCase): Promise<Outcome> {
  const thrown: string[] = [];
  unhandled.length = uncaught.length = 0;
  const application = await Application.start(options?.() ?? {});
  const before = await application.witness();
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await act(application);
    } catch (error) {
      thrown.push(show(error));
    }
  }
  const { metrics, counted, lines } = await application.witness();
  const told = application.warnings.length;
  const countedBefore = countedSoFar;
  countedSoFar = counted;
  const { exporters, warnings } = await application.end();
  await delay(5);
  return {
    thrown,
    unhandled: [...unhandled],
    uncaught: [...uncaught],
    warnings,
    counted: counted - countedBefore,
    told,
    exporters,
    metrics: metrics.map((value, index) => value - (index === 0 ? (before.metrics[index] ?? 0) : 0)),
    lines,
  };
}

function show(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : `thrown: ${String(error)}`;
  } catch {
    return 'a value that cannot be shown';
  }
}
