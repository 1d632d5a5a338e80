import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ROOT } from '../../../tools/libraries.js';
import { find, type ForeignProgram, isRequired, PROGRAMS, run } from '../../interop/programs.js';
import { COLLECTOR_ENVIRONMENT, yamlOf } from './stack.files.js';

/** The program; where it is required and not there, the test that asks for it fails. */
function need(program: ForeignProgram): string {
  const path = find(program);
  expect(path, `${program.name} is missing: npm run interop:install ${program.name}`).toBeDefined();
  return path ?? '';
}

function skips(program: ForeignProgram): boolean {
  return find(program) === undefined && !isRequired();
}

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

function validate(program: ForeignProgram, file: string): ReturnType<typeof run> {
  return run(need(program), ['validate', `--config=${file}`], {
    ...COLLECTOR_ENVIRONMENT,
    JAEGER_DIRECTORY: folder,
  });
}

describe.skipIf(skips(PROGRAMS.otelcol))('For an OpenTelemetry Collector (needs otelcol)', () => {
  it.each(['collector', 'agent', 'gateway', 'ingester'])('%s.yaml is valid', (name) => {
    const { ok, output } = validate(PROGRAMS.otelcol, join(ROOT, `docker/otelcol/${name}.yaml`));
    expect(ok, output).toBe(true);
  });

  it('a mistake is found', () => {
    const collector = yamlOf('docker/otelcol/collector.yaml') as {
      processors: { memory_limiter: Record<string, unknown> };
    };
    collector.processors.memory_limiter['limit_percent'] = 75;
    const file = join(folder, 'mistake.yaml');
    writeFileSync(file, stringify(collector));
    expect(validate(PROGRAMS.otelcol, file).ok).toBe(false);
  });
});

interface Agent {
  exporters: {
    loadbalancing: { routing_key: string; resolver: { dns: { hostname: string; port: string } } };
  };
}

describe('The collectors of many machines', () => {
  it('send whole traces to one gateway, at the port where gateways listen', () => {
    const { loadbalancing } = (yamlOf('docker/otelcol/agent.yaml') as Agent).exporters;
    expect(loadbalancing.routing_key).toBe('traceID');
    expect(loadbalancing.resolver.dns.hostname).toBe('${env:GATEWAY_HOST}');
    const gateway = yamlOf('docker/otelcol/gateway.yaml') as {
      receivers: { otlp: { protocols: { grpc: { endpoint: string } } } };
    };
    expect(gateway.receivers.otlp.protocols.grpc.endpoint).toBe(`0.0.0.0:${loadbalancing.resolver.dns.port}`);
  });

  it('hand over what gateways keep under one name in Kafka', () => {
    const out = (
      yamlOf('docker/otelcol/gateway.yaml') as {
        exporters: { kafka: { traces: { topic: string; encoding: string } } };
      }
    ).exporters.kafka.traces;
    const back = (
      yamlOf('docker/otelcol/ingester.yaml') as {
        receivers: { kafka: { traces: { topics: string[]; encoding: string } } };
      }
    ).receivers.kafka.traces;
    expect(back).toEqual({ topics: [out.topic], encoding: out.encoding });
  });

  it.each(['collector', 'agent'])('keep on disk in %s.yaml what has been accepted', (name) => {
    interface Collector {
      exporters: Record<string, { sending_queue?: { storage?: string } }>;
      extensions: { file_storage: { fsync: boolean } };
      service: { pipelines: Record<string, { processors: string[]; exporters: string[] }> };
    }
    const { exporters, extensions, service } = yamlOf(`docker/otelcol/${name}.yaml`) as Collector;
    expect(extensions.file_storage.fsync).toBe(true);
    for (const signal of ['traces', 'logs']) {
      const { processors, exporters: names = [] } = service.pipelines[signal] ?? { processors: [] };
      expect(processors).toEqual(['memory_limiter', 'redaction']);
      for (const exporter of names) {
        expect(exporters[exporter]?.sending_queue?.storage, exporter).toBe('file_storage');
      }
    }
  });
});

describe.skipIf(skips(PROGRAMS.jaeger))('For Jaeger itself (needs jaeger)', () => {
  it('jaeger.yaml is valid', () => {
    const { ok, output } = validate(PROGRAMS.jaeger, join(ROOT, 'docker/jaeger/jaeger.yaml'));
    expect(ok, output).toBe(true);
  });
});

describe.skipIf(skips(PROGRAMS.promtool))('For Prometheus itself (needs promtool)', () => {
  it('prometheus.yaml is valid, with the rules that it names', () => {
    const { ok, output } = run(need(PROGRAMS.promtool), [
      'check',
      'config',
      join(ROOT, 'docker/prometheus/prometheus.yaml'),
    ]);
    expect(ok, output).toBe(true);
    expect(output).toContain('3 rule files found');
  });

  it('a mistake in prometheus.yaml is found', () => {
    const file = join(folder, 'prometheus.yaml');
    const config = yamlOf('docker/prometheus/prometheus.yaml') as object;
    writeFileSync(file, stringify({ ...config, rule_files: [], otlp: { promote: [] } }));
    const { ok, output } = run(need(PROGRAMS.promtool), ['check', 'config', file]);
    expect(ok).toBe(false);
    expect(output).toContain('field promote not found');
  });
});
