import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { useWarningSink } from '../telemetry.warnings.js';
import { observeCalls, wrapMethodsOf } from './grpc-client.calls.js';

type Find = (...args: unknown[]) => unknown;

/** A client as gRPC makes it, of a class of its own, that answers every call with OK. */
function clientOf(target: string, find: Find = answerOk): { find: Find } {
  class Shop {
    getChannel() {
      return { getTarget: () => target };
    }
  }
  const rpc = Object.assign(
    function (this: unknown, ...args: unknown[]) {
      return find(...args);
    },
    { path: '/shop.v1.Shop/Find', requestStream: false, __wrapped: find === instrumentedElsewhere },
  );
  Object.assign(Shop.prototype, { find: rpc });
  return new Shop() as unknown as { find: Find };
}

function answerOk(): EventEmitter {
  const call = new EventEmitter();
  queueMicrotask(() => call.emit('status', { code: 0 }));
  return call;
}

const instrumentedElsewhere: Find = () => answerOk();

describe('calls of a gRPC client', () => {
  let telemetry: TelemetryRecorder;
  let stop: () => void;
  beforeEach(() => {
    telemetry = recordTelemetry();
    stop = observeCalls();
  });
  afterEach(async () => {
    stop();
    await telemetry.stop();
  });

  it.each([
    ['dns:users:50051', true],
    ['ipv4:10.1.2.3:50051', true],
    ['unix:/run/users.sock', true],
    ['dns:grpc.partner.example:443', false],
    ['dns:///grpc.partner.example', false],
    ['', false],
  ])('to "%s" carry context: %s', async (target, inside) => {
    const find = vi.fn<Find>(answerOk);
    const client = clientOf(target, find);
    wrapMethodsOf(client);
    client.find({ id: '7' }, new Metadata(), {});
    const sent = find.mock.calls[0]?.[1] as Metadata;
    await Promise.resolve();
    const { traceId, spanId } = telemetry.span('shop.v1.Shop/Find').spanContext();
    expect(sent.get('traceparent')).toEqual(inside ? [`00-${traceId}-${spanId}-01`] : []);
  });

  it('keep what Nest reads from the method, and are wrapped once', async () => {
    const client = clientOf('users:80');
    wrapMethodsOf(client);
    wrapMethodsOf(client);
    expect(client.find).toHaveProperty('path', '/shop.v1.Shop/Find');
    expect(client.find).toHaveProperty('requestStream', false);
    client.find({}, new Metadata());
    await Promise.resolve();
    expect(telemetry.spans).toHaveLength(1);
  });

  it('that are instrumented by another library are left to it', () => {
    const warnings: string[] = [];
    const restore = useWarningSink((code) => warnings.push(code));
    const client = clientOf('users:80', instrumentedElsewhere);
    const { find } = client;
    wrapMethodsOf(client);
    restore();
    expect(client.find).toBe(find);
    expect(warnings).toEqual(['NT_CLIENT_ALREADY_INSTRUMENTED']);
  });

  it('that are refused at once throw what gRPC throws, and end their span', () => {
    const client = clientOf('users:80', () => {
      throw new TypeError('Incorrect arguments passed');
    });
    wrapMethodsOf(client);
    expect(() => client.find()).toThrow(new TypeError('Incorrect arguments passed'));
    const { attributes, events } = telemetry.span('shop.v1.Shop/Find');
    expect(attributes['rpc.status_code']).toBe('UNKNOWN');
    expect(events).toHaveLength(1);
  });

  it('pass through as they are when nobody observes them', () => {
    const find = vi.fn<Find>(answerOk);
    const client = clientOf('users:80', find);
    wrapMethodsOf(client);
    stop();
    const metadata = new Metadata();
    client.find({ id: '7' }, metadata);
    expect(find.mock.calls[0]?.[1]).toBe(metadata);
    expect(telemetry.openSpans).toEqual([]);
  });

  it('leave a client alone that cannot be read', () => {
    const broken = clientOf('users:80');
    Object.assign(broken, {
      getChannel() {
        throw new Error('closed');
      },
    });
    wrapMethodsOf(broken);
    const restore = useWarningSink(() => undefined);
    expect(() => broken.find({}, new Metadata())).not.toThrow();
    restore();
    for (const value of [null, undefined, 'client', {}]) expect(() => wrapMethodsOf(value)).not.toThrow();
  });
});
