import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../config/resolve-options.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { createResource } from './resource.js';

function attributesOf(options: TelemetryOptions = {}, env: Record<string, string> = {}) {
  const context = { env, packageInfo: { name: 'from-package', version: '1.2.3' }, isTerminal: false };
  return createResource(resolveOptions(options, context), env).attributes;
}

describe('The resource', () => {
  it('describes service, process, host and SDK', () => {
    expect(attributesOf()).toMatchObject({
      'service.name': 'from-package',
      'service.version': '1.2.3',
      'service.instance.id': expect.any(String),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'host.name': expect.any(String),
      'os.type': process.platform,
      'telemetry.sdk.name': 'opentelemetry',
    });
  });

  it('carries what a Kubernetes manifest sets', () => {
    const env = {
      POD_NAME: 'shop-7f',
      POD_NAMESPACE: 'production',
      POD_UID: 'uid-1',
      NODE_NAME: 'node-1',
      INSTANCE_ID: 'i-1',
      ENVIRONMENT: 'staging',
    };
    expect(attributesOf({}, env)).toMatchObject({
      'k8s.pod.name': 'shop-7f',
      'k8s.namespace.name': 'production',
      'k8s.pod.uid': 'uid-1',
      'k8s.node.name': 'node-1',
      'service.instance.id': 'i-1',
      'deployment.environment.name': 'staging',
    });
    expect(attributesOf({}, { POD_NAME: ' ' })).not.toHaveProperty('k8s.pod.name');
  });

  it('lets the options win', () => {
    const options = {
      serviceName: 'shop',
      environment: 'test',
      resource: { 'k8s.pod.name': 'mine', team: 'a' },
    };
    expect(attributesOf(options, { POD_NAME: 'shop-7f', ENVIRONMENT: 'staging' })).toMatchObject({
      'service.name': 'shop',
      'deployment.environment.name': 'test',
      'k8s.pod.name': 'mine',
      team: 'a',
    });
  });

  it('keeps command lines and the name of the user to itself', () => {
    expect(Object.keys(attributesOf()).filter((name) => /command_(args|line)|owner/.test(name))).toEqual([]);
  });
});
