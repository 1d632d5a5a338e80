import { spawnSync } from 'node:child_process';

/** The parser of Prometheus' Python client (Debian package `python3-prometheus-client`), which takes the format at its word. */
const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
def parse(page):
    try:
        families = list(text_string_to_metric_families(page))
    except Exception as error:
        return repr(error)
    return [
        {"name": f.name, "type": f.type, "unit": f.unit, "samples": [
            {"name": s.name, "labels": s.labels, "value": str(s.value),
             "exemplar": s.exemplar and {"labels": s.exemplar.labels, "value": s.exemplar.value}}
            for s in f.samples]}
        for f in families]
print(json.dumps([parse(page) for page in json.load(sys.stdin.buffer)]))
`;

/** A metric as somebody else reads it from our page. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly exemplar: { readonly labels: Readonly<Record<string, string>>; readonly value: number } | null;
  }[];
}

/** Whether Python and the client are installed. */
export const hasOpenMetricsParser =
  spawnSync('python3', ['-c', 'import prometheus_client.openmetrics.parser']).status === 0;

/** Reads a page; throws with what the parser had to say when it does not accept it. */
export function parseOpenMetrics(page: string): ParsedFamily[] {
  const [families = ''] = parseAllOpenMetrics([page]);
  if (typeof families === 'string') throw new Error(families);
  return families;
}

/** Reads many pages at once, as Python takes its time to start; of one that is not accepted, why. */
export function parseAllOpenMetrics(pages: readonly string[]): (ParsedFamily[] | string)[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PARSE], {
    input: JSON.stringify(pages),
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1));
  return JSON.parse(stdout) as (ParsedFamily[] | string)[];
}
