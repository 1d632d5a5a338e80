import { describe, expect, it } from 'vitest';
import { scheduleSpan } from './schedule.conventions.js';

describe('The span of a scheduled run', () => {
  it('is named by type and method, and keeps the details of the schedule away from metrics', () => {
    const method = { provider: 'CleanupService', name: 'purge' };
    expect(
      scheduleSpan({ type: 'cron', method, name: 'nightly', cron: '0 3 * * *', timeZone: 'Europe/Paris' }),
    ).toEqual({
      name: 'cron CleanupService.purge',
      low: { 'nestjs.schedule.type': 'cron', 'code.function.name': 'CleanupService.purge' },
      high: {
        'nestjs.schedule.name': 'nightly',
        'nestjs.schedule.cron': '0 3 * * *',
        'nestjs.schedule.time_zone': 'Europe/Paris',
        'nestjs.provider': 'CleanupService',
        'nestjs.callback': 'purge',
      },
    });
  });

  it('is named by its type alone when the job was added at run time, under a name that may be any', () => {
    expect(scheduleSpan({ type: 'cron', name: 'reminder-4711', cron: '* * * * *' })).toEqual({
      name: 'cron',
      low: { 'nestjs.schedule.type': 'cron' },
      high: { 'nestjs.schedule.name': 'reminder-4711', 'nestjs.schedule.cron': '* * * * *' },
    });
  });
});
