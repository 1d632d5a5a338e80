// Generated telemetry for the specs: the same seed makes the same data, so that a failure can be repeated with
// OTLP_SEED=<the seed in the name of the test>.
import type {
  EncodableAttributes,
  EncodableLogRecord,
  EncodableMetric,
  EncodableMetrics,
  EncodableResource,
  EncodableScope,
  EncodableSpan,
  EncodableSpanContext,
  EncodableTime,
} from './encodable.js';

export const SEED = Number(process.env['OTLP_SEED'] ?? Date.now() % 1_000_000_007);

const WORDS = [
  '',
  'a',
  'http.route',
  'Größe',
  '日本語',
  '😀',
  'x'.repeat(25),
  'y'.repeat(130),
  'é'.repeat(70),
];
const LONG_WORDS = ['z'.repeat(20_000), '€'.repeat(9000), 'k'.repeat(70_000)];
const INTEGERS = [
  0,
  1,
  127,
  128,
  16383,
  16384,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  2 ** 62,
  -1,
  -(2 ** 31),
  -(2 ** 63),
];
// Integers of 2^63 and more are missing: the official JSON serializer calls them int64.
const DOUBLES = [0.5, -1.25, 1e-300, 5e-324, -0.1, Math.PI];

/** A small random number generator (mulberry32) with what the specs ask of it. */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  oneOf<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  list<Item>(most: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  maybe<Item>(make: () => Item): Item | undefined {
    return this.below(2) === 0 ? undefined : make();
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }

  text(): string {
    return this.below(200) === 0 ? this.oneOf(LONG_WORDS) : this.oneOf(WORDS) + this.oneOf(WORDS);
  }

  count(): number {
    return this.oneOf([0, 0, 1, 127, 128, 300, 2 ** 32 - 1]);
  }

  time(): EncodableTime {
    return [
      this.oneOf([0, 1, 1_790_000_000, 2 ** 31, 2 ** 32 - 1]),
      this.oneOf([0, 1, 999_999_999, this.below(1e9)]),
    ];
  }

  value(depth = 0): unknown {
    switch (this.below(depth > 3 ? 6 : 9)) {
      case 0:
        return this.oneOf(INTEGERS);
      case 1:
        return this.oneOf(DOUBLES);
      case 2:
        return this.below(2) === 0;
      case 3:
        return this.oneOf([null, undefined]);
      case 4:
      case 5:
        return this.text();
      case 6:
        return Uint8Array.from(this.list(200, () => this.below(256)));
      case 7:
        return this.list(4, () => this.value(depth + 1));
      default:
        return Object.fromEntries(this.list(4, () => [this.text(), this.value(depth + 1)]));
    }
  }

  attributes(most = 12): EncodableAttributes {
    return Object.fromEntries(this.list(most, () => [this.text(), this.value()]));
  }

  context(): EncodableSpanContext {
    return {
      traceId: this.hex(32),
      spanId: this.hex(16),
      traceFlags: this.oneOf([0, 1, 3, 255]),
      traceState: this.maybe(() => {
        const text = this.oneOf(['', 'vendor=1', `long=${'v'.repeat(300)}`]);
        return { serialize: () => text };
      }),
      isRemote: this.oneOf([true, false, undefined]),
    };
  }

  resource(): EncodableResource {
    return {
      attributes: this.attributes(),
      schemaUrl: this.oneOf([undefined, '', 'https://example.com/schema']),
    };
  }

  scope(): EncodableScope {
    return {
      // Unlike protobuf, the official JSON serializer merges scopes of one name and version.
      name: `${this.text()} ${this.hex(8)}`,
      version: this.oneOf([undefined, '', '1.2.3']),
      schemaUrl: this.oneOf([undefined, '', 'https://example.com/scope']),
      attributes: this.maybe(() => this.attributes(3)),
      // The official JSON serializer forgets its dropped count.
    };
  }

  span(resource: EncodableResource, instrumentationScope: EncodableScope): EncodableSpan {
    const context = this.context();
    return {
      name: this.text(),
      kind: this.below(5),
      spanContext: () => context,
      parentSpanContext: this.maybe(() => this.context()),
      startTime: this.time(),
      endTime: this.time(),
      status: { code: this.below(3), message: this.oneOf([undefined, '', 'it broke', 'm'.repeat(200)]) },
      attributes: this.attributes(),
      events: this.list(3, () => ({
        time: this.time(),
        name: this.text(),
        attributes: this.maybe(() => this.attributes(4)),
        droppedAttributesCount: this.maybe(() => this.count()),
      })),
      links: this.list(3, () => ({
        context: this.context(),
        attributes: this.maybe(() => this.attributes(4)),
        droppedAttributesCount: this.maybe(() => this.count()),
      })),
      resource,
      instrumentationScope,
      droppedAttributesCount: this.count(),
      droppedEventsCount: this.count(),
      droppedLinksCount: this.count(),
    };
  }

  /** Spans of up to three resources with up to three scopes each, mixed. */
  spans(most = 40): EncodableSpan[] {
    return this.#belonging(most, (resource, scope) => this.span(resource, scope));
  }

  logRecords(most = 40): EncodableLogRecord[] {
    return this.#belonging(most, (resource, instrumentationScope) => ({
      hrTime: this.time(),
      hrTimeObserved: this.time(),
      spanContext: this.maybe(() => this.context()),
      severityText: this.maybe(() => this.oneOf(['INFO', 'ERROR'])),
      severityNumber: this.maybe(() => this.below(25)),
      // The official JSON serializer makes an empty body of none at all.
      body: this.value() ?? null,
      eventName: this.maybe(() => this.text()),
      attributes: this.attributes(),
      droppedAttributesCount: this.count(),
      resource,
      instrumentationScope,
    }));
  }

  metrics(): EncodableMetrics {
    return {
      resource: this.resource(),
      scopeMetrics: this.list(3, () => ({ scope: this.scope(), metrics: this.list(6, () => this.metric()) })),
    };
  }

  metric(): EncodableMetric {
    const valueType = this.below(2);
    const base = {
      descriptor: {
        name: this.text(),
        description: this.text(),
        unit: this.oneOf(['', 's', 'By']),
        valueType,
      },
      aggregationTemporality: this.below(2),
    };
    const number = () =>
      valueType === 0 ? this.oneOf([0, 1, -1, 2 ** 40, -(2 ** 52)]) : this.oneOf(DOUBLES);
    switch (this.below(4)) {
      case 0:
        return { ...base, dataPointType: 0, dataPoints: this.#points(() => this.#histogram()) };
      case 1:
        return { ...base, dataPointType: 1, dataPoints: this.#points(() => this.#exponentialHistogram()) };
      case 2:
        return { ...base, dataPointType: 2, dataPoints: this.#points(number) };
      default:
        return {
          ...base,
          dataPointType: 3,
          dataPoints: this.#points(number),
          isMonotonic: this.below(2) === 0,
        };
    }
  }

  #points<Value>(value: () => Value) {
    return this.list(4, () => ({
      startTime: this.time(),
      endTime: this.time(),
      attributes: this.attributes(4),
      value: value(),
    }));
  }

  #histogram() {
    return {
      buckets: {
        boundaries: this.list(20, () => this.oneOf(DOUBLES)),
        counts: this.list(20, () => this.oneOf([0, 1, 2 ** 40])),
      },
      sum: this.maybe(() => this.oneOf(DOUBLES)),
      count: this.oneOf([0, 5, 2 ** 33]),
      min: this.maybe(() => 0),
      max: this.maybe(() => 12.5),
    };
  }

  #exponentialHistogram() {
    const buckets = () => ({
      offset: this.oneOf([0, 1, -1, 1000, -5000]),
      bucketCounts: this.list(40, () => this.oneOf([0, 1, 127, 128, 2 ** 40])),
    });
    return {
      count: this.oneOf([0, 5, 2 ** 33]),
      sum: this.maybe(() => this.oneOf(DOUBLES)),
      scale: this.oneOf([0, 20, -10]),
      zeroCount: this.oneOf([0, 3]),
      positive: buckets(),
      negative: buckets(),
      min: this.maybe(() => -1),
      max: this.maybe(() => 12.5),
    };
  }

  #belonging<Item>(most: number, make: (resource: EncodableResource, scope: EncodableScope) => Item): Item[] {
    const resources = Array.from({ length: 1 + this.below(3) }, () => this.resource());
    const scopes = Array.from({ length: 1 + this.below(3) }, () => this.scope());
    return this.list(most, () => make(this.oneOf(resources), this.oneOf(scopes)));
  }
}
