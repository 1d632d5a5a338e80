// Builds the libraries.
import { join } from 'node:path';
import { buildLibrary, LIBRARIES, ROOT } from '../libraries.ts';

for (const library of LIBRARIES) buildLibrary(join(ROOT, 'libs', library));
