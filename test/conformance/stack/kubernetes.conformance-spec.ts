import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../../tools/libraries.js';
import { schemaLocation } from '../../interop/kubernetes.js';
import { find, isRequired, PROGRAMS, run } from '../../interop/programs.js';
import { documentsOf, textOf } from './stack.files.js';

const kustomize = find(PROGRAMS.kustomize);
const kubeconform = find(PROGRAMS.kubeconform);
const schemas = schemaLocation();
const cannotConform = kustomize === undefined || kubeconform === undefined || schemas === undefined;
const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string }[];
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Record<string, string> } & Record<string, unknown>;
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly serviceName?: string;
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
    readonly template?: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly containers: readonly Container[];
        readonly initContainers?: readonly Container[];
        readonly serviceAccountName: string;
        readonly automountServiceAccountToken: boolean;
        readonly securityContext: { readonly runAsNonRoot: boolean };
        readonly volumes?: readonly {
          readonly name: string;
          readonly configMap?: { readonly name: string };
        }[];
      };
    };
  };
}

const KINDS: Readonly<Record<string, string>> = {
  Namespace: 'v1',
  ServiceAccount: 'v1',
  ConfigMap: 'v1',
  Service: 'v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  PodDisruptionBudget: 'policy/v1',
};

function textOfBuilt(overlay: string): string {
  expect(kustomize, 'kustomize is missing: npm run interop:install kustomize').toBeDefined();
  const { ok, output } = run(kustomize ?? '', ['build', join(ROOT, 'docker/k8s', overlay)]);
  expect(ok, output).toBe(true);
  return output;
}

function built(overlay: string): Manifest[] {
  return documentsOf<Manifest>(textOfBuilt(overlay));
}

/** What Kubernetes itself would refuse: a field, a type or a kind that its API does not have. */
function conforms(manifests: string): ReturnType<typeof run> {
  const file = join(folder, 'manifests.yaml');
  writeFileSync(file, manifests);
  return run(kubeconform ?? '', ['-strict', '-summary', `-schema-location=${schemas}`, file]);
}

function podsOf(manifests: readonly Manifest[]) {
  return manifests.flatMap((manifest) => {
    const template = manifest.spec?.template;
    return template === undefined ? [] : [{ manifest, template, pod: template.spec }];
  });
}

describe.skipIf(kustomize === undefined && !isRequired()).each(['base', 'production'])(
  'For Kubernetes, %s (needs kustomize)',
  (overlay) => {
    it('is made of kinds and versions that Kubernetes has, each name once', () => {
      const manifests = built(overlay);
      expect(manifests.length).toBeGreaterThan(10);
      for (const { kind, apiVersion } of manifests) expect(KINDS[kind], kind).toBe(apiVersion);
      const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
      for (const { kind, metadata } of manifests) {
        if (kind !== 'Namespace') expect(metadata.namespace, metadata.name).toBe('shop');
      }
    });

    it('selects the pods that it describes, at ports that they have', () => {
      const manifests = built(overlay);
      const pods = podsOf(manifests);
      expect(pods.map(({ manifest }) => manifest.metadata.name).sort()).toEqual(
        'agent gateway ingester order user'.split(' '),
      );
      for (const { manifest, template } of pods) {
        expect(template.metadata.labels).toMatchObject(manifest.spec?.selector?.matchLabels ?? { none: '' });
      }
      for (const { kind, metadata, spec } of manifests.filter((manifest) => manifest.kind === 'Service')) {
        const [target] = pods.filter(({ template }) =>
          Object.entries(spec?.selector ?? {}).every(
            ([key, value]) => template.metadata.labels[key] === value,
          ),
        );
        const ports = target?.pod.containers.flatMap(({ ports: own = [] }) => own.map(({ name }) => name));
        for (const { targetPort } of spec?.ports ?? []) {
          expect(ports, `${kind} ${metadata.name}`).toContain(targetPort);
        }
      }
    });

    it('mounts what is there, and takes configuration from what is made with it', () => {
      const manifests = built(overlay);
      const maps = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
      for (const { manifest, pod } of podsOf(manifests)) {
        const there = [
          ...(pod.volumes ?? []),
          ...(manifest.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata),
        ].map(({ name }) => name);
        for (const { volumeMounts = [], envFrom = [] } of [
          ...pod.containers,
          ...(pod.initContainers ?? []),
        ]) {
          for (const { name } of volumeMounts) expect(there).toContain(name);
          for (const { configMapRef } of envFrom) expect(maps).toContain(configMapRef.name);
        }
        for (const { configMap } of pod.volumes ?? []) {
          if (configMap !== undefined) expect(maps).toContain(configMap.name);
        }
      }
    });

    it('gives every container limits and no privileges', () => {
      for (const { manifest, pod } of podsOf(built(overlay))) {
        const { name } = manifest.metadata;
        expect(pod.automountServiceAccountToken, name).toBe(false);
        expect(pod.securityContext.runAsNonRoot, name).toBe(true);
        for (const container of pod.containers) {
          expect(container.image, name).toMatch(/:\d+\.\d+\.\d+$/);
          expect(container.resources?.limits?.memory, name).toMatch(/^\d+[MG]i$/);
          expect(container.readinessProbe, name).toBeDefined();
          expect(container.livenessProbe, name).toBeDefined();
          expect(container.securityContext, name).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
        }
      }
    });

    it('gives collectors the files that are tested, and a value for everything these take from outside', () => {
      const manifests = built(overlay);
      const files = manifests.find(({ metadata }) => metadata.name.startsWith('otelcol-'))?.data ?? {};
      const addresses = manifests.find(({ metadata }) => metadata.name.startsWith('addresses-'))?.data ?? {};
      for (const name of ['agent', 'gateway', 'ingester']) {
        expect(files[`${name}.yaml`]).toBe(textOf(`docker/otelcol/${name}.yaml`));
        const { pod } = podsOf(manifests).find(({ manifest }) => manifest.metadata.name === name) ?? {};
        const given = [
          ...Object.keys(addresses),
          ...(pod?.containers[0]?.env ?? []).map((variable) => variable.name),
          // By Kubernetes itself.
          'HOSTNAME',
        ];
        for (const [, variable] of textOf(`docker/otelcol/${name}.yaml`).matchAll(/\$\{env:(\w+)\}/g)) {
          expect(given, name).toContain(variable);
        }
      }
    });

    it('tells the services nothing that they do not read, and keeps what waits on a volume', () => {
      for (const name of ['user', 'order']) {
        const { manifest, pod } =
          podsOf(built(overlay)).find((one) => one.manifest.metadata.name === name) ?? {};
        const env = pod?.containers[0]?.env ?? [];
        const compose = textOf('docker/compose.yaml');
        const unknown = env
          .map((variable) => variable.name)
          .filter((variable) => !compose.includes(`${variable}:`) && !variable.startsWith('POD_'));
        expect(unknown).toEqual([]);
        expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://agent:4318' });
        expect(manifest?.spec?.volumeClaimTemplates?.map(({ metadata }) => metadata.name)).toEqual([
          'telemetry',
        ]);
      }
    });
  },
);

describe.skipIf(cannotConform && !isRequired())(
  'For the API of Kubernetes (needs kustomize, kubeconform and its schemas: npm run interop:install)',
  () => {
    it.each(['base', 'production'])('every field of %s is one, and of the right type', (overlay) => {
      expect(cannotConform, 'npm run interop:install kustomize kubeconform kubernetes').toBe(false);
      const manifests = textOfBuilt(overlay);
      const { ok, output } = conforms(manifests);
      expect(ok, output).toBe(true);
      expect(output).toContain(`Valid: ${documentsOf(manifests).length}, Invalid: 0, Errors: 0, Skipped: 0`);
    });

    it.each([
      ['a field that is misspelt', 'internalTrafficPolicy:', 'internalTraficPolicy:', 'internalTraficPolicy'],
      ['a field that is deep inside', 'allowPrivilegeEscalation:', 'allowEscalation:', 'allowEscalation'],
      ['a number that is none', 'replicas: 2', 'replicas: two', '/spec/replicas'],
      [
        'a field in the wrong place',
        'whenUnsatisfiable: ScheduleAnyway',
        'maxUnavailable: 1',
        'maxUnavailable',
      ],
      ['a kind that is not of this version', 'apiVersion: policy/v1', 'apiVersion: policy/v1beta1', 'schema'],
    ])('%s is refused', (_, right, wrong, named) => {
      const manifests = `${textOfBuilt('base')}---\n${textOfBuilt('production')}`;
      expect(manifests).toContain(right);
      const { ok, output } = conforms(manifests.replace(right, wrong));
      expect(ok).toBe(false);
      expect(output).toContain(named);
    });
  },
);
