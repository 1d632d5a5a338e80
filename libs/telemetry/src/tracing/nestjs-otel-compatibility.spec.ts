import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import * as nestCommon from '@nestjs/common';
import * as otelApi from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import * as baggage from './baggage.decorator.js';
import * as currentSpan from './current-span.decorator.js';
import * as span from './span.decorator.js';
import * as traceable from './traceable.decorator.js';

/*
 * Runs the specs that nestjs-otel publishes with its package, as they are on disk, against the decorators of this
 * library: each file is compiled as the CommonJS module it is, with a `require` that answers with ours.
 */

let telemetry: TelemetryRecorder;

/** The OpenTelemetry 2.x names these specs import, played by the recorder: the spans are those of an application. */
const sdkTraceNode = {
  NodeTracerProvider: class {
    register(): void {
      telemetry = recordTelemetry();
    }
    shutdown(): Promise<void> {
      return telemetry.stop();
    }
  },
  SimpleSpanProcessor: class {
    async forceFlush(): Promise<void> {}
  },
  InMemorySpanExporter: class {
    getFinishedSpans(): readonly ReadableSpan[] {
      return telemetry.spans;
    }
    reset(): void {
      telemetry.clear();
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
    runPublishedSpec(name);

    it(`has ${count} tests`, () => {
      expect(passed).toBe(count);
    });
  });
}
