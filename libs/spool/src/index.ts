export type { RecordGroup } from './record/group.js';
export type { SpoolEvent, SpoolListener } from './spool.events.js';
export { type Destination, type SpoolOptions, SpoolOptionsError } from './spool.options.js';
export type { DropReason, SignalStats, SpoolStats } from './spool.stats.js';
export { type CloseOptions, type OpenRecord, Spool, type SpoolStream } from './spool.js';
export { directoryProblem } from './store/spool.directory.js';
