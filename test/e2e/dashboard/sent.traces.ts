import { randomBytes } from 'node:crypto';

/** Telemetry as another program would send it, as OTLP JSON. */
async function sendTo(otlpHttp: string, signal: 'traces' | 'logs', body: unknown): Promise<void> {
  const response = await fetch(`${otlpHttp}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

const BATCH = 2000;
const CHILDREN = 8;

/** A trace of many spans, eight below each; returns its id. */
export async function sendLargeTrace(otlpHttp: string, amount: number): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const startNanos = BigInt(Date.now() - 60_000) * 1_000_000n;
  const at = (micros: number): string => String(startNanos + BigInt(micros) * 1000n);
  const spanAt = (index: number) => ({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    ...(index > 0 && {
      parentSpanId: (Math.floor((index - 1) / CHILDREN) + 1).toString(16).padStart(16, '0'),
    }),
    name: index === amount - 1 ? 'the-last-step' : `step ${index}`,
    kind: index === 0 ? 2 : 1,
    startTimeUnixNano: at(index * 100),
    endTimeUnixNano: at(index === 0 ? amount * 100 : index * 100 + 80),
    attributes: [{ key: 'step.index', value: { intValue: String(index) } }],
  });
  for (let from = 0; from < amount; from += BATCH) {
    const length = Math.min(BATCH, amount - from);
    await sendTo(otlpHttp, 'traces', {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'batch' } }] },
          scopeSpans: [
            { scope: { name: 'spec' }, spans: Array.from({ length }, (_, index) => spanAt(from + index)) },
          ],
        },
      ],
    });
  }
  return traceId;
}

/** A log record of a span. */
export async function sendLog(
  otlpHttp: string,
  { traceId, spanId, service, text }: { traceId: string; spanId: string; service: string; text: string },
): Promise<void> {
  await sendTo(otlpHttp, 'logs', {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeLogs: [
          {
            scope: { name: 'spec' },
            logRecords: [
              {
                timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
                severityNumber: 17,
                severityText: 'ERROR',
                body: { stringValue: text },
                attributes: [{ key: 'item.id', value: { intValue: '7' } }],
                traceId,
                spanId,
              },
            ],
          },
        ],
      },
    ],
  });
}
