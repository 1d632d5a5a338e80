/** Name and version of the instrumentation scope of everything this package emits. */
export const LIBRARY_NAME = 'nest-telemetry';
export const LIBRARY_VERSION = '0.1.0';
