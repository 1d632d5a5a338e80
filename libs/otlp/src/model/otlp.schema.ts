// The messages of opentelemetry-proto (commit ac2c4b5, August 2026), once. Both formats in both directions read this.
import { MessageType } from './message.type.js';

const anyValue = new MessageType('AnyValue');
const keyValue = new MessageType('KeyValue').define({ key: [1, 'string'], value: [2, anyValue] });
anyValue.define({
  'stringValue|': [1, 'string'],
  'boolValue|': [2, 'bool'],
  'intValue|': [3, 'int64'],
  'doubleValue|': [4, 'double'],
  'arrayValue|': [5, new MessageType('ArrayValue').define({ values: [1, [anyValue]] })],
  'kvlistValue|': [6, new MessageType('KeyValueList').define({ values: [1, [keyValue]] })],
  'bytesValue|': [7, 'bytes'],
});

const resource = new MessageType('Resource').define({
  attributes: [1, [keyValue]],
  droppedAttributesCount: [2, 'uint32'],
  entityRefs: [
    3,
    [
      new MessageType('EntityRef').define({
        schemaUrl: [1, 'string'],
        type: [2, 'string'],
        idKeys: [3, ['string']],
        descriptionKeys: [4, ['string']],
      }),
    ],
  ],
});
const scope = new MessageType('InstrumentationScope').define({
  name: [1, 'string'],
  version: [2, 'string'],
  attributes: [3, [keyValue]],
  droppedAttributesCount: [4, 'uint32'],
});

const span = new MessageType('Span').define({
  traceId: [1, 'id'],
  spanId: [2, 'id'],
  traceState: [3, 'string'],
  parentSpanId: [4, 'id'],
  flags: [16, 'fixed32'],
  name: [5, 'string'],
  kind: [6, 'enum'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, [keyValue]],
  droppedAttributesCount: [10, 'uint32'],
  events: [
    11,
    [
      new MessageType('Event').define({
        timeUnixNano: [1, 'fixed64'],
        name: [2, 'string'],
        attributes: [3, [keyValue]],
        droppedAttributesCount: [4, 'uint32'],
      }),
    ],
  ],
  droppedEventsCount: [12, 'uint32'],
  links: [
    13,
    [
      new MessageType('Link').define({
        traceId: [1, 'id'],
        spanId: [2, 'id'],
        traceState: [3, 'string'],
        attributes: [4, [keyValue]],
        droppedAttributesCount: [5, 'uint32'],
        flags: [6, 'fixed32'],
      }),
    ],
  ],
  droppedLinksCount: [14, 'uint32'],
  status: [15, new MessageType('Status').define({ message: [2, 'string'], code: [3, 'enum'] })],
});

const logRecord = new MessageType('LogRecord').define({
  timeUnixNano: [1, 'fixed64'],
  observedTimeUnixNano: [11, 'fixed64'],
  severityNumber: [2, 'enum'],
  severityText: [3, 'string'],
  body: [5, anyValue],
  attributes: [6, [keyValue]],
  droppedAttributesCount: [7, 'uint32'],
  flags: [8, 'fixed32'],
  traceId: [9, 'id'],
  spanId: [10, 'id'],
  eventName: [12, 'string'],
});

const exemplar = new MessageType('Exemplar').define({
  filteredAttributes: [7, [keyValue]],
  timeUnixNano: [2, 'fixed64'],
  'asDouble|': [3, 'double'],
  'asInt|': [6, 'sfixed64'],
  spanId: [4, 'id'],
  traceId: [5, 'id'],
});
const times = { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'] } as const;
const numberPoint = new MessageType('NumberDataPoint').define({
  attributes: [7, [keyValue]],
  ...times,
  'asDouble|': [4, 'double'],
  'asInt|': [6, 'sfixed64'],
  exemplars: [5, [exemplar]],
  flags: [8, 'uint32'],
});
const histogramPoint = new MessageType('HistogramDataPoint').define({
  attributes: [9, [keyValue]],
  ...times,
  count: [4, 'fixed64'],
  'sum?': [5, 'double'],
  bucketCounts: [6, ['fixed64']],
  explicitBounds: [7, ['double']],
  exemplars: [8, [exemplar]],
  flags: [10, 'uint32'],
  'min?': [11, 'double'],
  'max?': [12, 'double'],
});
const buckets = new MessageType('Buckets').define({ offset: [1, 'sint32'], bucketCounts: [2, ['uint64']] });
const exponentialHistogramPoint = new MessageType('ExponentialHistogramDataPoint').define({
  attributes: [1, [keyValue]],
  ...times,
  count: [4, 'fixed64'],
  'sum?': [5, 'double'],
  scale: [6, 'sint32'],
  zeroCount: [7, 'fixed64'],
  positive: [8, buckets],
  negative: [9, buckets],
  flags: [10, 'uint32'],
  exemplars: [11, [exemplar]],
  'min?': [12, 'double'],
  'max?': [13, 'double'],
  zeroThreshold: [14, 'double'],
});
const summaryPoint = new MessageType('SummaryDataPoint').define({
  attributes: [7, [keyValue]],
  ...times,
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [
    6,
    [new MessageType('ValueAtQuantile').define({ quantile: [1, 'double'], value: [2, 'double'] })],
  ],
  flags: [8, 'uint32'],
});
const aggregationTemporality = [2, 'enum'] as const;
const metric = new MessageType('Metric').define({
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  'gauge|': [5, new MessageType('Gauge').define({ dataPoints: [1, [numberPoint]] })],
  'sum|': [
    7,
    new MessageType('Sum').define({
      dataPoints: [1, [numberPoint]],
      aggregationTemporality,
      isMonotonic: [3, 'bool'],
    }),
  ],
  'histogram|': [
    9,
    new MessageType('Histogram').define({ dataPoints: [1, [histogramPoint]], aggregationTemporality }),
  ],
  'exponentialHistogram|': [
    10,
    new MessageType('ExponentialHistogram').define({
      dataPoints: [1, [exponentialHistogramPoint]],
      aggregationTemporality,
    }),
  ],
  'summary|': [11, new MessageType('Summary').define({ dataPoints: [1, [summaryPoint]] })],
  metadata: [12, [keyValue]],
});

/** The three levels of an export request, which differ in their names only. */
function request(signal: string, content: string, record: MessageType): MessageType {
  const scopeLevel = new MessageType(`Scope${signal}`).define({
    scope: [1, scope],
    [content]: [2, [record]],
    schemaUrl: [3, 'string'],
  });
  const resourceLevel = new MessageType(`Resource${signal}`).define({
    resource: [1, resource],
    [`scope${signal}`]: [2, [scopeLevel]],
    schemaUrl: [3, 'string'],
  });
  return new MessageType(`${signal}Data`).define({ [`resource${signal}`]: [1, [resourceLevel]] });
}

export const tracesData = request('Spans', 'spans', span);
export const logsData = request('Logs', 'logRecords', logRecord);
export const metricsData = request('Metrics', 'metrics', metric);

/** The answer to a request; `rejected` is called after what was sent. */
function response(rejected: string): MessageType {
  return new MessageType('ExportServiceResponse').define({
    partialSuccess: [
      1,
      new MessageType('ExportPartialSuccess').define({
        [rejected]: [1, 'int64'],
        errorMessage: [2, 'string'],
      }),
    ],
  });
}

export const tracesResponse = response('rejectedSpans');
export const logsResponse = response('rejectedLogRecords');
export const metricsResponse = response('rejectedDataPoints');
