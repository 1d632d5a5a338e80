import { stringify } from 'yaml';
import { objectiveAlerts } from './objective.alerts.ts';
import { operationAlerts } from './operation.alerts.ts';
import { objectiveGroups, recordingGroups } from './recording.rules.ts';

const FOLDER = 'docker/prometheus/rules';
const HEADER =
  'Generated from libs/telemetry/src/metrics/catalog.ts by `npm run pictures`: see docs/guides/alerts.md.';

/** Rule files for Prometheus, by their paths. */
export function ruleFiles(): Map<string, string> {
  return new Map([
    [
      `${FOLDER}/objectives.yaml`,
      file(objectiveGroups(), 'What is promised, as a share (0.999 is 99.9 %) and in seconds: set your own.'),
    ],
    [`${FOLDER}/recording.yaml`, file(recordingGroups())],
    [
      `${FOLDER}/alerts.yaml`,
      file([
        { name: 'nest-telemetry: objectives at risk', rules: objectiveAlerts() },
        { name: 'nest-telemetry: operation', rules: operationAlerts() },
      ]),
    ],
  ]);
}

function file(groups: readonly object[], note?: string): string {
  const comments = [HEADER, ...(note === undefined ? [] : [note])].map((line) => `# ${line}\n`);
  return `${comments.join('')}${stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
