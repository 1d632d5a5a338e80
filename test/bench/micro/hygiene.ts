// Prints the CPU that looking for spans which are never ended adds to a span, beside what it would cost in other ways:
// `node test/bench/micro/hygiene.ts [rounds]` after `npm run build:lib`. A hundred spans are open at any time.
import { ROOT_CONTEXT, type Span, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';

const ROUNDS = Number(process.argv[2] ?? 25);
const SPANS_PER_ROUND = 50_000;
const OPEN = 100;

// Parts the package does not export, so they are taken from its build by file.
const built = (file: string): Promise<unknown> =>
  import(new URL(`../../../libs/telemetry/dist/${file}.js`, import.meta.url).href);
const { LeanTracerProvider } = (await built(
  'sdk/tracer/lean.tracer-provider',
)) as typeof import('../../../libs/telemetry/src/sdk/tracer/lean.tracer-provider.ts');
const { GuardSpanProcessor } = (await built(
  'processors/guard.span-processor',
)) as typeof import('../../../libs/telemetry/src/processors/guard.span-processor.ts');

function tracer(explain?: boolean): Tracer {
  const hygiene =
    explain === undefined ? undefined : { openMillis: 60_000, explain, announceMillis: undefined };
  const spanProcessor = new GuardSpanProcessor([]);
  return new LeanTracerProvider({ resource: resourceFromAttributes({}), spanProcessor, hygiene }).getTracer(
    'bench',
  );
}

interface Way {
  readonly tracer: Tracer;
  readonly started?: (span: Span) => void;
  readonly ended?: (span: Span) => void;
}

const live = new Set<Span>();
const gone = new FinalizationRegistry<string>(() => undefined);
const ways: Readonly<Record<string, Way>> = {
  'not at all': { tracer: tracer() },
  'a list, as we do': { tracer: tracer(false) },
  'a list, and the place of the start': { tracer: tracer(true) },
  'a set of all spans': {
    tracer: tracer(),
    started: (span) => live.add(span),
    ended: (span) => live.delete(span),
  },
  'the garbage collector for all spans': {
    tracer: tracer(),
    started: (span) => gone.register(span, 'name', span),
    ended: (span) => gone.unregister(span),
  },
};

function round({ tracer: from, started, ended }: Way): number {
  const open: Span[] = [];
  const before = process.cpuUsage();
  for (let count = 0; count < SPANS_PER_ROUND; count += 1) {
    const span = from.startSpan('work', {}, ROOT_CONTEXT);
    started?.(span);
    const slot = count % OPEN;
    const old = open[slot];
    if (old !== undefined) {
      ended?.(old);
      old.end();
    }
    open[slot] = span;
  }
  for (const span of open) {
    ended?.(span);
    span.end();
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / SPANS_PER_ROUND;
}

const figures = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
for (let turn = 0; turn < ROUNDS + 3; turn += 1)
  for (const [name, way] of Object.entries(ways)) {
    const nanos = round(way);
    if (turn >= 3) figures.get(name)?.push(nanos);
  }

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const base = median(figures.get('not at all') ?? []);
for (const [name, values] of figures) {
  const nanos = median(values);
  console.log(
    `${name.padEnd(38)} ${nanos.toFixed(0).padStart(6)} ns/span  ${(nanos - base).toFixed(0).padStart(6)} added`,
  );
}
process.exit();
