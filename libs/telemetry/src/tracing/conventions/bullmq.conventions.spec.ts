import { describe, expect, it } from 'vitest';
import { processSpan, publishSpan } from './bullmq.conventions.js';

describe('The span of a job', () => {
  it('that goes into a queue is named by the queue', () => {
    expect(publishSpan({ queue: 'mail', job: 'welcome' })).toEqual({
      name: 'publish mail',
      low: {
        'messaging.system.name': 'bullmq',
        'messaging.operation.name': 'publish',
        'messaging.operation.type': 'send',
        'messaging.destination.name': 'mail',
      },
      high: { 'bullmq.job.name': 'welcome' },
    });
    expect(publishSpan({ queue: undefined, count: 3 })).toMatchObject({
      name: 'publish',
      high: { 'messaging.batch.message_count': 3 },
    });
  });

  it('that a worker has says which attempt it is, outside of the metrics', () => {
    expect(
      processSpan({
        queue: 'mail',
        id: '7',
        job: 'welcome',
        attempt: 2,
        schedulerId: undefined,
        processor: 'MailProcessor',
      }),
    ).toEqual({
      name: 'process mail',
      low: {
        'messaging.system.name': 'bullmq',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'mail',
      },
      high: {
        'bullmq.job.name': 'welcome',
        'bullmq.job.attempt': 2,
        'messaging.message.id': '7',
        'code.function.name': 'MailProcessor.process',
      },
    });
  });
});
