import 'reflect-metadata';

/** What the tracing decorators of a method know of each other, whatever the order they run in. */
export interface ParameterAttribute {
  readonly index: number;
  readonly name: string;
  readonly pick: ((value: unknown) => unknown) | undefined;
}

// Metadata of the method (class and key), not of the function: a decorator in between may replace the function.
const HAS_SPAN = 'nest-telemetry:has-span';
const NO_SPAN = 'nest-telemetry:no-span';
const PARAMETER_ATTRIBUTES = 'nest-telemetry:parameter-attributes';

export function markAsSpanned(target: object, key: PropertyKey): void {
  Reflect.defineMetadata(HAS_SPAN, true, target, metadataKey(key));
}

export function unmarkAsSpanned(target: object, key: PropertyKey): void {
  Reflect.deleteMetadata(HAS_SPAN, target, metadataKey(key));
}

export function hasSpan(target: object, key: PropertyKey): boolean {
  return Reflect.hasOwnMetadata(HAS_SPAN, target, metadataKey(key));
}

export function markAsExcluded(target: object, key: PropertyKey): void {
  Reflect.defineMetadata(NO_SPAN, true, target, metadataKey(key));
}

export function isExcluded(target: object, key: PropertyKey): boolean {
  return Reflect.hasOwnMetadata(NO_SPAN, target, metadataKey(key));
}

export function addParameterAttribute(target: object, key: PropertyKey, attribute: ParameterAttribute): void {
  const attributes = [...parameterAttributes(target, key), attribute];
  Reflect.defineMetadata(PARAMETER_ATTRIBUTES, attributes, target, metadataKey(key));
}

export function parameterAttributes(target: object, key: PropertyKey): readonly ParameterAttribute[] {
  const attributes: unknown = Reflect.getOwnMetadata(PARAMETER_ATTRIBUTES, target, metadataKey(key));
  return (attributes as readonly ParameterAttribute[] | undefined) ?? [];
}

function metadataKey(key: PropertyKey): string | symbol {
  return typeof key === 'number' ? String(key) : key;
}
