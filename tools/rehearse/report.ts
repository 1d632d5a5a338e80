import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { ROOT } from '../start/repository.ts';
import type { Outage } from './faults.ts';
import type { Attempt } from './load.ts';
import type { Finding } from './verdict.ts';

const PAGE = join(ROOT, 'docs', 'reference', 'rehearsal.md');

export interface Rehearsal {
  readonly perSecond: number;
  readonly attempts: readonly Attempt[];
  readonly outages: readonly Outage[];
  readonly findings: readonly Finding[];
}

export async function writeReport({ perSecond, attempts, outages, findings }: Rehearsal): Promise<string> {
  const during = ({ fromMillis, toMillis }: Outage): string => {
    const own = attempts.filter(({ atMillis }) => atMillis >= fromMillis && atMillis <= toMillis);
    const acknowledged = own.filter(({ status }) => status === 201).length;
    return `${own.length} | ${acknowledged} | ${own.length - acknowledged}`;
  };
  const page = `# Rehearsal of bad days

<!-- Written by npm run rehearse. -->

\`npm run rehearse\` starts the two services on PostgreSQL and RabbitMQ, with a real OpenTelemetry Collector, Jaeger and
Prometheus as the files in \`docker/\` say, all as plain processes. While orders arrive, ${perSecond} a second, it kills (\`SIGKILL\`) and
starts again one after the other. This is what it saw last, on ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node}.

| Killed | Away for | Orders meanwhile | Acknowledged | Refused |
| --- | --- | --- | --- | --- |
${outages.map((outage) => `| ${outage.name} | ${((outage.toMillis - outage.fromMillis) / 1000).toFixed(1)} s | ${during(outage)} |`).join('\n')}

| Promise | Kept | Seen |
| --- | --- | --- |
${findings.map(({ promise, kept, seen }) => `| ${promise} | ${kept ? 'yes' : '**no**'} | ${seen} |`).join('\n')}

A whole trace is every span of the order service, the question to the user service, and what that made of the event, if it
noted the order. The broker keeps events in memory: an event that is on its way when the broker is killed is gone, and the
order with it in nobody's notes; that is the application's choice and not looked at here.
`;
  await writeFile(PAGE, await format(page, { parser: 'markdown', printWidth: 128 }));
  return PAGE;
}
