import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from '../../../tools/libraries.js';

/** A file of the stack, by its path in the repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A YAML file as who reads it sees it: with its anchors and merges. */
export function yamlOf(path: string): unknown {
  return parse(textOf(path), { merge: true });
}

/** All documents of a YAML text. */
export function documentsOf<T>(text: string): T[] {
  return parseAllDocuments(text, { merge: true }).map((document) => document.toJS() as T);
}

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly args: { readonly APP: string } };
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export function composeFile(): ComposeFile {
  return yamlOf('docker/compose.yaml') as ComposeFile;
}

/** Addresses that the configurations of collectors take from the environment, on this machine. */
export const COLLECTOR_ENVIRONMENT = {
  HOSTNAME: 'here',
  JAEGER_OTLP_ENDPOINT: '127.0.0.1:4317',
  PROMETHEUS_OTLP_ENDPOINT: 'http://127.0.0.1:9090/api/v1/otlp',
  PROMETHEUS_REMOTE_WRITE_URL: 'http://127.0.0.1:9090/api/v1/write',
  LOKI_OTLP_ENDPOINT: 'http://127.0.0.1:3100/otlp',
  FILE_STORAGE_DIRECTORY: '/tmp',
  KAFKA_BROKERS: '127.0.0.1:9092',
  GATEWAY_HOST: '127.0.0.1',
};
