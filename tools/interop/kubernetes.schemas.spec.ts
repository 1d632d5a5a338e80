import { describe, expect, it } from 'vitest';
import { schemasOf } from './kubernetes.schemas.js';

const schemas = schemasOf({
  definitions: {
    'io.k8s.api.apps.v1.Deployment': {
      type: 'object',
      properties: { spec: { $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' } },
      'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
    },
    'io.k8s.api.apps.v1.DeploymentSpec': { type: 'object', properties: { replicas: { type: 'integer' } } },
    'io.k8s.api.core.v1.Pod': {
      type: 'object',
      properties: {},
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }],
    },
    'io.k8s.api.networking.v1.Ingress': {
      type: 'object',
      properties: {},
      'x-kubernetes-group-version-kind': [{ group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' }],
    },
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
    'io.k8s.apimachinery.pkg.api.resource.Quantity': {
      type: 'string',
      description: 'Quantity is a fixed-point representation of a number.',
    },
    'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { type: 'object' },
  },
});
const { definitions } = schemas.get('definitions.json') as { definitions: Record<string, object> };

describe('The schemas of Kubernetes', () => {
  it('are in files that kubeconform finds by kind, group and version', () => {
    expect([...schemas.keys()].toSorted()).toEqual([
      'definitions.json',
      'deployment-apps-v1.json',
      'ingress-networking-v1.json',
      'pod-v1.json',
    ]);
    expect(schemas.get('deployment-apps-v1.json')).toEqual({
      allOf: [{ $ref: 'definitions.json#/definitions/io.k8s.api.apps.v1.Deployment' }],
      required: ['apiVersion', 'kind'],
    });
  });

  it('allow no field that is not named, at any depth, where fields are named', () => {
    expect(definitions['io.k8s.api.apps.v1.DeploymentSpec']).toEqual({
      type: 'object',
      properties: { replicas: { type: 'integer' } },
      additionalProperties: false,
    });
    expect(definitions['io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1']).toEqual({ type: 'object' });
  });

  it('take numbers for what the API calls a string and reads as a number', () => {
    expect(definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({
      anyOf: [{ type: 'string' }, { type: 'integer' }],
    });
    expect(definitions['io.k8s.apimachinery.pkg.api.resource.Quantity']).toEqual({
      anyOf: [{ type: 'string' }, { type: 'number' }],
    });
  });
});
