import { describe, expect, it } from 'vitest';
import { useWarningSink } from '../telemetry.warnings.js';
import type { MessageInfo, TelemetryOptions } from '../telemetry.options.js';
import type { ResolvedOptions } from './resolved-options.js';
import { resolveOptions } from './resolve-options.js';

const resolve = (options: TelemetryOptions): ResolvedOptions =>
  resolveOptions(options, {
    env: {},
    packageInfo: { name: undefined, version: undefined },
    isTerminal: false,
  });
const event: MessageInfo = { transport: 'rmq', pattern: 'order.placed', kind: 'event' };

describe('traces.messages', () => {
  it('is on and continues the trace of an event', () => {
    const { messages } = resolve({}).traces;
    expect(messages.enabled).toBe(true);
    expect(messages.events(event)).toBe('continue');
  });

  it('links all events, or those a function names', () => {
    expect(resolve({ traces: { messages: { events: 'link' } } }).traces.messages.events(event)).toBe('link');
    const { events } = resolve({
      traces: { messages: { events: ({ pattern }) => (pattern === 'order.placed' ? 'link' : 'continue') } },
    }).traces.messages;
    expect([events(event), events({ ...event, pattern: 'other' })]).toEqual(['link', 'continue']);
  });

  it('continues where the function throws', () => {
    const warnings: string[] = [];
    const stop = useWarningSink((_code, text) => warnings.push(text));
    const events = (): never => {
      throw new Error('no');
    };
    expect(resolve({ traces: { messages: { events } } }).traces.messages.events(event)).toBe('continue');
    expect(warnings).toEqual([expect.stringContaining('traces.messages.events threw')]);
    stop();
  });

  it('refuses what is neither', () => {
    const wrong = { traces: { messages: { events: 'restart' } } } as unknown as TelemetryOptions;
    expect(() => resolve(wrong)).toThrow(
      `traces.messages.events is "restart"; allowed: 'continue', 'link' or a function`,
    );
  });
});

describe('propagation.inboundMessages', () => {
  it('is as propagation.inbound, if that can be said of messages', () => {
    expect(resolve({}).propagation.inboundMessages(event)).toBe('continue');
    expect(resolve({ propagation: { inbound: 'restart' } }).propagation.inboundMessages(event)).toBe(
      'restart',
    );
    const inbound = (): 'restart' => 'restart';
    expect(resolve({ propagation: { inbound } }).propagation.inboundMessages(event)).toBe('continue');
  });

  it('may differ from it, by message', () => {
    const { inbound, inboundMessages } = resolve({
      propagation: {
        inbound: 'restart',
        inboundMessages: ({ transport }) => (transport === 'rmq' ? 'continue' : 'restart'),
      },
    }).propagation;
    expect(inbound({ method: 'GET', path: '/', route: undefined, headers: {} })).toBe('restart');
    expect(inboundMessages(event)).toBe('continue');
    expect(inboundMessages({ ...event, transport: 'tcp' })).toBe('restart');
  });
});
