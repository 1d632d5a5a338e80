import type { Attributes, Context } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import {
  type AggregationOption,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  type IAttributesProcessor,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { checkViews } from '../../config/metric-views.js';
import { guarded } from '../../telemetry.warnings.js';
import type { InstrumentDescriptor } from './instrument.descriptor.js';

/** What a view does to the attributes of a measurement. */
export interface AttributeRule {
  /** Whether the outcome depends on the attributes alone. */
  readonly isPure: boolean;
  /** Never throws. */
  apply(attributes: Attributes, context: Context | undefined): Attributes;
}

/** A view with its defaults, made to be asked. */
export interface ViewRule {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly aggregation: AggregationOption;
  readonly rule: AttributeRule | undefined;
  readonly limit: number | undefined;
  matches(descriptor: InstrumentDescriptor, scope: InstrumentationScope): boolean;
}

// The classes are not exported; what they make tells them.
const LIST_PROCESSORS: readonly unknown[] = [
  createAllowListAttributesProcessor([]).constructor,
  createDenyListAttributesProcessor([]).constructor,
];

/**
 * The rules behind `metrics.views`.
 * @throws TelemetryError `NT_OPTION_INVALID` for a view that selects nothing, or gives one name to many metrics
 */
export function createViewRules(views: readonly ViewOptions[]): ViewRule[] {
  checkViews(views);
  return views.map(createViewRule);
}

function createViewRule(view: ViewOptions): ViewRule {
  const isNamed = namePredicate(view.instrumentName);
  return {
    name: view.name,
    description: view.description,
    aggregation: view.aggregation ?? { type: AggregationType.DEFAULT },
    rule: createAttributeRule(view.attributesProcessors),
    limit: view.aggregationCardinalityLimit,
    matches: (descriptor, scope) =>
      isNamed(descriptor.name) &&
      agrees(view.instrumentType, descriptor.type) &&
      agrees(view.instrumentUnit, descriptor.unit) &&
      agrees(view.meterName, scope.name) &&
      (scope.version === undefined || agrees(view.meterVersion, scope.version)) &&
      (scope.schemaUrl === undefined || agrees(view.meterSchemaUrl, scope.schemaUrl)),
  };
}

function createAttributeRule(processors: readonly IAttributesProcessor[] = []): AttributeRule | undefined {
  if (processors.length === 0) return undefined;
  return {
    isPure: processors.every((processor) => LIST_PROCESSORS.includes(processor.constructor)),
    apply: (attributes, context) =>
      guarded(
        'An attributes processor of metrics.views',
        () => {
          let processed = attributes;
          for (const processor of processors) processed = processor.process(processed, context);
          return processed;
        },
        {},
      ),
  };
}

function namePredicate(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined || pattern === '*') return () => true;
  const parts = pattern.split('*').map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (name) => expression.test(name);
}

function agrees<T>(selected: T | undefined, actual: T): boolean {
  return selected === undefined || selected === actual;
}
