// Writes etc/*.api.md, the public API of each published entry as text to review; `--check` only compares.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { LIBRARIES, readManifest, ROOT } from '../libraries.ts';
import { messages } from './messages.ts';

const REPORTS = join(ROOT, 'etc');
/** Where the extractor puts what it found, to compare it with the report. */
const FOUND = join(ROOT, 'node_modules', '.cache', 'api');
const checks = process.argv.includes('--check');

/** One for each published entry of a library. */
function configurations(library: string): ExtractorConfig[] {
  const folder = join(ROOT, 'libs', library);
  return Object.entries(readManifest(folder).exports).flatMap(([entry, target]) => {
    if (typeof target === 'string') return [];
    const reportFileName = `${[library, ...entry.split('/').slice(1)].join('.')}.api.md`;
    return ExtractorConfig.prepare({
      packageJsonFullPath: join(folder, 'package.json'),
      configObjectFullPath: undefined,
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, target.types),
        newlineKind: 'lf',
        compiler: { tsconfigFilePath: join(folder, 'tsconfig.build.json') },
        apiReport: { enabled: true, reportFolder: REPORTS, reportTempFolder: FOUND, reportFileName },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages,
      },
    });
  });
}

function report(config: ExtractorConfig, compilerState: CompilerState): void {
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    compilerState,
    localBuild: !checks,
    messageCallback: (message) => {
      // Reports that differ are told of below, in our words.
      if (message.messageId.startsWith('console-')) message.handled = true;
    },
  });
  if (errorCount > 0) process.exitCode = 1;
  if (apiReportChanged) complain(basename(config.reportFilePath), 'is out of date', 'written');
}

function complain(file: string, problem: string, remedy: string): void {
  console.log(checks ? `etc/${file} ${problem}: run \`npm run api\`.` : `etc/${file} ${remedy}`);
  if (checks) process.exitCode = 1;
}

mkdirSync(REPORTS, { recursive: true });
mkdirSync(FOUND, { recursive: true });
const known = new Set<string>();
for (const library of LIBRARIES) {
  const configs = configurations(library);
  const [first] = configs;
  if (!first) continue;
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
  });
  for (const config of configs) {
    report(config, compilerState);
    known.add(basename(config.reportFilePath));
  }
}
for (const file of readdirSync(REPORTS)) {
  if (!file.endsWith('.api.md') || known.has(file)) continue;
  if (!checks) rmSync(join(REPORTS, file));
  complain(file, 'is of no published entry', 'removed');
}
