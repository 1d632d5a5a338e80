import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { TraceDetail } from '../../../libs/dashboard/src/api/api.types.js';
import { testOf } from '../../../libs/dashboard/ui/src/pages/trace/copy.as.test.ts';
import { Program } from '../program.js';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';
import { PATIENCE } from './patience.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EVIL = 'SELECT \'x\' -- "quotes" `ticks` ${1} \\ \n\u2028 */ });';
const execute = promisify(execFile);
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A test beside an application it can be about. */
async function folderWith(code: string, application: string): Promise<string> {
  // Inside the repository, for packages to be found.
  const folder = await mkdtemp(join(ROOT, 'test', '.copied-'));
  folders.push(folder);
  await writeFile(join(folder, 'copied.spec.ts'), code);
  await writeFile(join(folder, 'app.module.ts'), application);
  return folder;
}

const APPLICATION = `
import { CanActivate, Controller, ExecutionContext, Get, Module, UseGuards } from '@nestjs/common';
import { TelemetryModule } from 'nest-telemetry';

class JwtGuard implements CanActivate {
  canActivate(_context: ExecutionContext): boolean {
    return false;
  }
}

@Controller('items')
class ItemsController {
  @Get(':id')
  @UseGuards(JwtGuard)
  find(): string {
    return 'never';
  }
}

@Module({ imports: [TelemetryModule.forRoot()], controllers: [ItemsController] })
export class AppModule {}
`;

describe('A trace copied as a test', PATIENCE.test, () => {
  it('compiles with the compiler and the settings of a project, whatever the spans are called', async () => {
    const span = (spanId: string, name: string, more: object = {}) => ({
      spanId,
      parentSpanId: spanId === '1' ? null : '1',
      traceState: '',
      flags: 1,
      name,
      kind: 'client',
      service: 'desk',
      resource: 0,
      scope: '',
      startUs: 0,
      durationUs: 1,
      status: 'unset',
      statusMessage: '',
      attributes: { 'db.system.name': EVIL },
      events: [],
      links: [],
      backLinks: [],
      droppedAttributes: 0,
      droppedEvents: 0,
      droppedLinks: 0,
      ...more,
    });
    const request = {
      kind: 'server',
      attributes: { 'http.request.method': 'POST', 'url.path': '/items', 'http.response.status_code': 201 },
    };
    const trace = {
      summary: { services: ['desk', EVIL] },
      spans: [span('1', 'POST /items', request), span('2', EVIL), span('3', EVIL)],
    } as unknown as TraceDetail;
    const folder = await folderWith(testOf(trace), 'export class AppModule {}\n');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] }),
    );
    const compiler = join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc');
    await expect(execute(process.execPath, [compiler, '-p', folder])).resolves.toBeDefined();
  });

  it('passes against the application it was copied from', async () => {
    using data = temporaryFolder();
    await using dashboard = await DashboardProgram.start(data.path);
    await using desk = new Program('desk.mjs', {
      settings: {},
      env: {
        OTEL_SERVICE_NAME: 'desk',
        OTEL_EXPORTER_OTLP_ENDPOINT: dashboard.otlpHttp,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
    const id = 'c0'.repeat(16);
    await fetch(`http://127.0.0.1:${await desk.says('listening')}/items/7`, {
      headers: { traceparent: `00-${id}-00f067aa0ba902b7-01`, 'x-role': 'nobody' },
    });
    const trace = await dashboard.json<TraceDetail>(`/api/traces/${id}?waitFor=1&timeoutMs=20000`);
    const code = testOf(trace);
    expect(code).toContain("'nestjs.layer.name': 'JwtGuard'");
    const folder = await folderWith(code, APPLICATION);
    await writeFile(
      join(folder, 'vitest.config.ts'),
      `export default { test: { include: ['*.spec.ts'], root: ${JSON.stringify(folder)} },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } } };\n`,
    );
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const env = { ...process.env, NO_COLOR: '1', CI: '' };
    const run = execute(process.execPath, [vitest, 'run', '--config', join(folder, 'vitest.config.ts')], {
      cwd: folder,
      env,
    });
    const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => error);
    expect(stdout).toMatch(/Tests\s+1 passed/);
  });
});
