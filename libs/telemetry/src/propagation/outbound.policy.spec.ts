import { propagation, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { OutboundPolicy, type OutboundRules } from './outbound.policy.js';
import { createPropagator } from './propagators.js';
import { rejectedBy, valuesOf, withBaggage } from './headers.spec-helper.js';

const policy = (rules: Partial<OutboundRules> = {}): OutboundPolicy =>
  new OutboundPolicy({
    outboundHosts: [],
    sameSuffixAs: [],
    baggageKeys: [],
    maxBaggageBytes: 2048,
    ...rules,
  });

const sent = (rules: Partial<OutboundRules>, from: Context): Record<string, string> =>
  valuesOf(propagation.getBaggage(policy(rules).outgoing(from)));

describe('Hosts that get context', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    'api.localhost',
    '127.0.0.1',
    '127.8.9.10:80',
    '0.0.0.0',
    '::1',
    '[::1]:3000',
    '::ffff:10.1.2.3',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'users',
    'users:3000',
    'users.',
    'users.shop.svc',
    'users.shop.svc.cluster.local',
    'host.docker.internal',
    'users.service.consul',
    'printer.home.arpa',
  ])('are local without being named: %s', (host) => {
    expect(policy().mayPropagateTo(host)).toBe(true);
  });

  it.each(
    [
      'example.com',
      'api.stripe.com:443',
      '8.8.8.8',
      // Other ways to write 8.8.8.8, one of them a name without a dot.
      '134744072',
      '0x08080808',
      '010.010.010.010',
      '[::ffff:8.8.8.8]',
      '2001:4860:4860::8888',
      '172.32.0.1',
      '11.0.0.1',
      'local.example.com',
      'internal.com',
      'localhost.example.com',
      '',
      ':80',
      '/',
      'a b',
      'user@localhost',
      'localhost/path',
      'x'.repeat(10_000),
    ].filter((host) => host !== 'notinternal'),
  )('are none of the others: %s', (host) => {
    expect(rejectedBy(() => expect(policy().mayPropagateTo(host)).toBe(false))).toEqual({
      host_not_allowed: 1,
    });
  });

  it.each([
    [['api.example.com'], 'api.example.com', true],
    [['api.example.com'], 'API.example.com:8443', true],
    [['api.example.com'], 'example.com', false],
    [['api.example.com'], 'x.api.example.com', false],
    [['*.example.com'], 'a.example.com', true],
    [['*.example.com'], 'a.b.example.com', true],
    [['*.example.com'], 'example.com', false],
    [['*.example.com'], 'badexample.com', false],
    [['*.example.com'], 'example.com.evil.net', false],
    [['203.0.113.0/24'], '203.0.113.9', true],
    [['203.0.113.0/24'], '203.0.114.9', false],
    [['2001:db8::/32'], '[2001:db8::1]:80', true],
    [['203.0.113.7'], '203.0.113.7', true],
    [['2001:db8::1'], '[2001:DB8:0::1]', true],
    [['*'], 'anything.at.all', true],
    ['*', 'anything.at.all', true],
  ] as const)('with outboundHosts %j: %s is %s', (outboundHosts, host, expected) => {
    expect(policy({ outboundHosts }).mayPropagateTo(host)).toBe(expected);
  });

  it.each([
    ['order.shop.example.com', 'users.shop.example.com', true],
    ['order.shop.example.com', 'shop.example.com', true],
    ['order.shop.example.com', 'a.b.shop.example.com', true],
    ['order.shop.example.com', 'example.com', false],
    ['order.shop.example.com', 'evilshop.example.com', false],
    ['example.com', 'other.com', false],
    ['shop.co.uk', 'bank.co.uk', false],
    ['order.shop.co.uk', 'users.shop.co.uk', true],
    ['web1', 'other.com', false],
  ])('as siblings of %s: %s is %s', (sibling, host, expected) => {
    expect(policy({ sameSuffixAs: [sibling] }).mayPropagateTo(host)).toBe(expected);
  });

  it('are judged the same every time, also when there are too many to remember', () => {
    const outbound = policy({ outboundHosts: ['h500.example.com'] });
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 1500; at++) {
        expect(outbound.mayPropagateTo(`h${at}.example.com`)).toBe(at === 500);
      }
    }
  });
});

describe('Baggage that is sent', () => {
  let telemetry: TelemetryRecorder;
  beforeEach(() => void (telemetry = recordTelemetry()));
  afterEach(() => telemetry.stop());

  const baggage = withBaggage({ tenant: 'acme', 'app.region': 'eu', 'app.zone': 'a', 'user.id': '42' });

  it.each([
    [['tenant'], ['tenant']],
    [
      ['tenant', 'app.*'],
      ['tenant', 'app.region', 'app.zone'],
    ],
    [['*'], ['tenant', 'app.region', 'app.zone', 'user.id']],
    ['*', ['tenant', 'app.region', 'app.zone', 'user.id']],
    [[], []],
  ] as const)('with baggageKeys %j is %j', (baggageKeys, expected) => {
    expect(Object.keys(sent({ baggageKeys }, baggage))).toEqual(expected);
  });

  it('is the context itself when all of it may go', () => {
    expect(policy({ baggageKeys: '*' }).outgoing(baggage)).toBe(baggage);
    expect(policy().outgoing(ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });

  it('holds no secrets, whatever is allowed', () => {
    const secret = withBaggage({ tenant: 'ada@example.com', 'user.email': 'a', api_key: 'b', id: '42' });
    expect(sent({ baggageKeys: '*' }, secret)).toEqual({ id: '42' });
  });

  it('fits into the limit as it is written, whole entries only', () => {
    const values = { a: 'é'.repeat(10), b: '1', c: '2' };
    expect(sent({ baggageKeys: '*', maxBaggageBytes: 7 }, withBaggage(values))).toEqual({ b: '1', c: '2' });
    expect(sent({ baggageKeys: '*', maxBaggageBytes: 6 }, withBaggage(values))).toEqual({ b: '1' });
    expect(sent({ baggageKeys: '*', maxBaggageBytes: 0 }, withBaggage(values))).toEqual({});
  });

  it('is explained once when the application set what is held back', () => {
    const outbound = policy({ baggageKeys: ['tenant', 'app.*'] });
    const own = withBaggage({ tenant: 'acme', 'cart.id': '42' });
    outbound.outgoing(own);
    outbound.outgoing(own);
    expect(telemetry.warnings).toEqual([
      { code: 'NT_BAGGAGE_NOT_SENT', message: expect.stringMatching(/"cart\.id".*baggageKeys/) },
    ]);
  });

  it('is counted without a word when others sent it along', () => {
    const received = createPropagator(['baggage']).extract(
      ROOT_CONTEXT,
      { baggage: 'sentry-release=1,tenant=acme' },
      { get: (carrier, key) => (carrier as Record<string, string>)[key], keys: () => [] },
    );
    const outbound = policy({ baggageKeys: ['tenant'] });
    expect(rejectedBy(() => outbound.outgoing(received))).toEqual({ baggage_key_not_allowed: 1 });
    expect(telemetry.warnings).toEqual([]);
  });
});
