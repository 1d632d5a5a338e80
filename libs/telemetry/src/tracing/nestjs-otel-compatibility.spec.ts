import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import * as nestCommon from '@nestjs/common';
import * as otelApi from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as baggage from './baggage.decorator.js';
import * as currentSpan from './current-span.decorator.js';
import * as span from './span.decorator.js';
import * as traceable from './traceable.decorator.js';

/*
 * Runs the specs that nestjs-otel publishes with its package, as they are on disk, against the decorators of this
 * library: each file is compiled as the CommonJS module it is, with a `require` that answers with ours.
 */

/** The OpenTelemetry 2.x names these specs import, made of the parts that took their place. */
const sdkTraceNode = {
  InMemorySpanExporter,
  SimpleSpanProcessor: function simpleSpanProcessor(exporter: SpanExporter) {
    return new SimpleSpanProcessor({ exporter });
  },
  NodeTracerProvider: class extends TracerProvider {
    register(): void {
      otelApi.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      otelApi.trace.setGlobalTracerProvider(this);
    }
  },
};

const modules: Readonly<Record<string, unknown>> = {
  'reflect-metadata': {},
  '@nestjs/common': nestCommon,
  '@opentelemetry/api': otelApi,
  '@opentelemetry/sdk-trace-node': sdkTraceNode,
  './span': span,
  './traceable': traceable,
  './current-span': currentSpan,
  './baggage': baggage,
};

const globals = { describe, it, expect, beforeAll, afterEach, afterAll, jest: vi };

function runPublishedSpec(name: string): void {
  const path = createRequire(import.meta.url).resolve(`nestjs-otel/lib/tracing/decorators/${name}.spec.js`);
  const load = compileFunction(readFileSync(path, 'utf8'), ['exports', 'require', ...Object.keys(globals)], {
    filename: path,
  }) as (...args: unknown[]) => void;
  const require = (id: string): unknown => {
    if (id in modules) return modules[id];
    throw new Error(`The published spec ${name} requires ${id}, which this harness does not know.`);
  };
  load({}, require, ...Object.values(globals));
}

/** Tests of each published file; a new version of the package that drops or adds some is noticed. */
const published = { span: 21, traceable: 6, 'current-span': 2, baggage: 4 };

for (const [name, count] of Object.entries(published)) {
  describe(`the published nestjs-otel spec of ${name}`, () => {
    let passed = 0;
    afterEach(() => {
      passed += 1;
    });
    afterAll(() => {
      otelApi.trace.disable();
      otelApi.context.disable();
    });
    runPublishedSpec(name);

    it(`has ${count} tests`, () => {
      expect(passed).toBe(count);
    });
  });
}
