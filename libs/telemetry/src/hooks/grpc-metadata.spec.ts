import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { carrierOf } from '../propagation/carrier.js';
import { copyOf, isMetadata, metadataCarrier } from './grpc-metadata.js';

describe('metadata as a carrier', () => {
  it('takes what gRPC takes, and leaves the rest out', () => {
    const metadata = new Metadata();
    const carrier = metadataCarrier(metadata);
    for (const key of ['traceparent', 'X-B3-TraceId', 'sp ace', 'line\n', '', 'bytes-bin', '\u{1f4a5}']) {
      expect(() => carrier.set(key, 'value')).not.toThrow();
    }
    expect(carrier.keys()).toEqual(['traceparent', 'x-b3-traceid']);
  });

  it('keeps baggage that the application wrote, and replaces everything else', () => {
    const metadata = new Metadata();
    metadata.set('baggage', 'tenant=own');
    metadata.set('traceparent', 'old');
    const carrier = metadataCarrier(metadata);
    carrier.set('baggage', 'tenant=acme');
    carrier.set('traceparent', 'new');
    expect(metadata.toJSON()).toEqual({ baggage: ['tenant=own'], traceparent: ['new'] });
  });

  it('reads several values as a list, and none as nothing', () => {
    const metadata = new Metadata();
    metadata.add('tracestate', 'a=1');
    metadata.add('tracestate', 'b=2');
    const carrier = carrierOf(metadataCarrier(metadata));
    expect(carrier.get('tracestate')).toBe('a=1,b=2');
    expect(carrier.get('traceparent')).toBeUndefined();
  });

  it('is copied with what is attached to it', () => {
    const metadata = new Metadata({ waitForReady: true });
    metadata.set('authorization', 'Bearer x');
    metadata.setOpaque('span', 7);
    const copy = copyOf(metadata) as Metadata;
    copy.set('traceparent', 'new');
    expect(copy.getOpaque('span')).toBe(7);
    expect(copy.getOptions()).toEqual({ waitForReady: true });
    expect(metadata.toJSON()).toEqual({ authorization: ['Bearer x'] });
  });

  it.each([undefined, null, 'text', {}, new Map(), { deadline: 1 }])('is not %j', (value) => {
    expect(isMetadata(value)).toBe(false);
  });
});
