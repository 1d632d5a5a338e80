import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../tools/libraries.js';
import { type ComposeService, composeFile, textOf, yamlOf } from './stack.files.js';

const { services, volumes } = composeFile();
const entries: [string, ComposeService][] = Object.entries(services);
const applications = entries.filter(([, { build }]) => build !== undefined);

/** Images without a shell or a program that could ask them; what depends on them does not wait for them. */
const CANNOT_BE_ASKED = ['otel/opentelemetry-collector-contrib', 'jaegertracing/jaeger', 'grafana/loki'];

function imageOf({ image }: ComposeService): string {
  return image.split(':')[0] ?? '';
}

/** Everything that the sources of an application and of the libraries take from the environment, by name. */
function variablesRead(app: string): string {
  const files = globSync([`apps/${app}/src/**/*.ts`, 'libs/*/src/**/*.ts'], {
    cwd: ROOT,
    exclude: (path) => path.endsWith('.spec.ts'),
  });
  return files.map((file) => textOf(file)).join('\n');
}

describe('The Compose file', () => {
  it('is valid by the Compose specification', () => {
    const schema = JSON.parse(textOf('test/conformance/stack/compose-spec/compose-spec.json')) as Record<
      string,
      unknown
    >;
    // What ajv knows as draft-07 has no "s" in its address.
    const validate = new Ajv({ strict: false, validateFormats: false }).compile({
      ...schema,
      $schema: 'http://json-schema.org/draft-07/schema#',
    });
    expect(validate(yamlOf('docker/compose.yaml')), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ services: { user: { image: 1 } } }), 'the schema refuses nothing').toBe(false);
  });

  it('has the services, their stores and everything that looks at them', () => {
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(
        'user order postgres rabbitmq collector jaeger prometheus grafana loki agent gateway kafka'.split(
          ' ',
        ),
      ),
    );
  });

  it('starts nothing without a profile, and only the three that are described', () => {
    for (const [name, { profiles }] of entries) {
      expect(profiles, name).toBeDefined();
      for (const profile of profiles ?? [])
        expect(['apps', 'observability', 'scale'], name).toContain(profile);
    }
  });

  it('waits only for what is started with it', () => {
    for (const [name, { profiles = [], depends_on = {} }] of entries) {
      for (const dependency of Object.keys(depends_on)) {
        expect(services[dependency]?.profiles, `${name} → ${dependency}`).toEqual(
          expect.arrayContaining([...profiles]),
        );
      }
    }
  });

  it.each(entries)('pins the version of %s', (_, { image }) => {
    expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[\w.]+)?$/);
  });

  it.each(entries)('limits what %s may use', (_, service) => {
    expect(service).toEqual(
      expect.objectContaining({
        mem_limit: expect.stringMatching(/^\d+[mg]$/) as string,
        cpus: expect.any(Number) as number,
        pids_limit: expect.any(Number) as number,
      }),
    );
  });

  it.each(entries)('gives %s no privileges and nothing to write to but its volumes', (name, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    // Kafka's image writes its configuration into itself.
    expect(service.read_only).toBe(name !== 'kafka');
    // The image of the applications has its own USER; the one that gives volumes their owner is root, and ends.
    if (service.build === undefined && service.restart !== 'no')
      expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
  });

  it.each(entries)('knows whether %s is well', (_, service) => {
    if (service.restart === 'no' || CANNOT_BE_ASKED.includes(imageOf(service))) return;
    expect(service.healthcheck?.test[0]).toBe('CMD');
  });

  it('mounts only files that are there and volumes that are declared', () => {
    const used = new Set<string>();
    for (const [name, { volumes: mounts = [] }] of entries) {
      for (const mount of mounts) {
        const [source = ''] = mount.split(':');
        if (source.startsWith('.')) expect(globSync(join(ROOT, 'docker', source)), name).toHaveLength(1);
        else used.add(source);
      }
    }
    expect([...used].sort()).toEqual(Object.keys(volumes).sort());
  });

  it('is reached from this machine only, until an address is chosen', () => {
    for (const [name, { ports = [] }] of entries) {
      for (const port of ports) expect(port, name).toMatch(/^\$\{PUBLISH_ADDRESS:-127\.0\.0\.1\}:/);
    }
  });

  it('asks for every variable that its example explains, and for no other', () => {
    const asked = textOf('docker/compose.yaml').matchAll(/(?<!\$)\$\{(\w+)/g);
    const explained = textOf('docker/.env.example').matchAll(/^(\w+)=/gm);
    // Compose itself reads the profiles.
    expect(new Set([...[...asked].map(([, name]) => name), 'COMPOSE_PROFILES'])).toEqual(
      new Set([...explained].map(([, name]) => name)),
    );
  });

  it('has no default for a password', () => {
    expect(textOf('docker/compose.yaml')).not.toMatch(/PASSWORD:?-/);
    expect(textOf('docker/compose.yaml')).toMatch(/POSTGRES_PASSWORD:\?/);
  });
});

describe.each(applications)(
  'The application %s in the Compose file',
  (name, { build, environment, ports }) => {
    it('is built from its own sources', () => {
      expect(build?.args.APP).toBe(name);
    });

    it('is told nothing that it does not read', () => {
      const sources = variablesRead(name);
      // The first is for the libraries it uses.
      const told = Object.keys(environment ?? {}).filter((variable) => variable !== 'NODE_ENV');
      expect(told.length).toBeGreaterThan(8);
      expect(told.filter((variable) => !new RegExp(`\\b${variable}\\b`).test(sources))).toEqual([]);
    });

    it('listens where the others look for it', () => {
      const port = environment?.['PORT'];
      const settings = textOf(`apps/${name}/src/settings.ts`);
      expect(settings).toContain(`process.env.PORT ?? ${port}`);
      for (const published of ports ?? []) expect(published.endsWith(`:${port}`)).toBe(true);
      if (name !== 'user') return;
      expect(services['order']?.environment?.['USER_URL']).toBe(`http://user:${port}`);
      expect(textOf('docker/prometheus/prometheus.yaml')).toContain(`targets: ['user:${port}']`);
    });

    it('keeps telemetry that waits on a volume of its own', () => {
      const directory = environment?.['TELEMETRY_SPOOL_DIRECTORY'];
      expect(services[name]?.volumes).toEqual([`${name}-telemetry:${directory}`]);
      expect(textOf('docker/Dockerfile')).toContain(`VOLUME ${directory}`);
    });

    it('has its metrics counted once: fetched or sent', () => {
      const jobs = yamlOf('docker/prometheus/prometheus.yaml') as { scrape_configs: { job_name: string }[] };
      const isFetched = jobs.scrape_configs.some(({ job_name }) => job_name === name);
      expect(environment?.['OTEL_METRICS_EXPORTER']).toBe(isFetched ? 'none' : 'otlp');
    });
  },
);
