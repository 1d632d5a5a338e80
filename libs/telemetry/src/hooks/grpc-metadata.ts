import type { Carrier } from '../propagation/carrier.js';

/** The part of `Metadata` of @grpc/grpc-js that is used here; whose copy it is does not matter. */
export interface GrpcMetadata {
  get(key: string): unknown[];
  set(key: string, value: string): void;
  getMap(): Record<string, unknown>;
  clone(): GrpcMetadata;
}

const BAGGAGE = 'baggage';
/** Keys gRPC takes; those that end in `-bin` are for bytes. */
const TEXT_KEY = /^(?!.*-bin$)[0-9a-z_.-]+$/i;

export function isMetadata(value: unknown): value is GrpcMetadata {
  if (typeof value !== 'object' || value === null) return false;
  const { get, set, getMap, clone } = value as Partial<Record<keyof GrpcMetadata, unknown>>;
  return [get, set, getMap, clone].every((method) => typeof method === 'function');
}

/** The same metadata in an object of its own. gRPC leaves out of its copies what was attached for interceptors only. */
export function copyOf(metadata: GrpcMetadata): GrpcMetadata {
  const { opaqueData } = metadata as { readonly opaqueData?: unknown };
  const copy = metadata.clone();
  return opaqueData === undefined ? copy : Object.assign(copy, { opaqueData });
}

/**
 * Metadata as a carrier of context. A key the other side would refuse is left out, since gRPC throws at it, and baggage the
 * application wrote itself is meant.
 */
export function metadataCarrier(metadata: GrpcMetadata): Carrier {
  return {
    // An array, which is read as a list by whoever reads a carrier.
    get: (key) => metadata.get(key) as unknown as string,
    set(key, value) {
      if (!TEXT_KEY.test(key)) return;
      if (key === BAGGAGE && metadata.get(BAGGAGE).length > 0) return;
      metadata.set(key, value);
    },
    keys: () => Object.keys(metadata.getMap()),
  };
}
