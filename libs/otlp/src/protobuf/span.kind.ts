import type { EncodableSpan } from '../encodable.js';
import type { RecordKind } from './record.batch.js';
import { writeSpan } from './span.encoder.js';
import { tamedSpan } from './span.tamer.js';

/** Spans as records of a request. */
export const spanKind: RecordKind<EncodableSpan> = { write: writeSpan, tame: tamedSpan };
