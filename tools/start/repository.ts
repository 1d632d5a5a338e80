import { join } from 'node:path';

/** The folder that holds this repository. */
export const ROOT = join(import.meta.dirname, '..', '..');
