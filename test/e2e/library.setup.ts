import { buildLibraries } from '../../tools/start/build.ts';

/** Programs under test run the library as it is published, so it is built before any of them starts. */
export async function setup(): Promise<void> {
  await buildLibraries();
}
