import type { DropReason, SpoolEvent } from '@nest-telemetry/spool';
import { warn } from '../../telemetry.warnings.js';

const REASONS: Readonly<Record<DropReason, string>> = {
  full: 'the spool is full',
  expired: 'it waited for longer than delivery.maxAgeMillis',
  memory: 'the memory that stands in for the disk is full',
  refused: 'the collector refused the request',
  rejected: 'the collector rejected some records',
  quarantined: 'the collector refused single records',
  corrupt: 'files of the spool are damaged',
  missing: 'files of the spool were deleted',
  'too-large': 'single records were longer than 1 MiB',
  closed: 'it came after the end',
};

/** Says what an operator has to know about delivery: a line when something begins, goes on for long, or is over. */
export function reportSpoolEvent(event: SpoolEvent): void {
  switch (event.type) {
    case 'outage-began':
      warn('NT_DELIVERY_OUTAGE', { reason: event.reason });
      break;
    case 'outage-continues':
      warn('NT_DELIVERY_OUTAGE_LASTS', { seconds: seconds(event.millis), waiting: event.waiting });
      break;
    case 'outage-ended':
      warn('NT_DELIVERY_RESUMED', { seconds: seconds(event.millis), waiting: event.waiting });
      break;
    case 'drops-began':
      warn('NT_DELIVERY_DROPPING', { reason: reasonOf(event.reason, event.detail) });
      break;
    case 'drops-ended':
      warn('NT_DELIVERY_DROPPED', { reason: reasonOf(event.reason), count: event.records });
      break;
    case 'memory-only':
      warn('NT_DELIVERY_IN_MEMORY', { reason: event.reason });
      break;
    case 'disk-again':
      warn('NT_DELIVERY_ON_DISK');
      break;
    default:
      warn('NT_DELIVERY_WITHOUT_THREAD', { reason: event.reason });
  }
}

function seconds(millis: number): number {
  return Math.round(millis / 1000);
}

function reasonOf(reason: DropReason, detail = ''): string {
  return detail === '' ? REASONS[reason] : `${REASONS[reason]} (${detail})`;
}
