import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { warn } from '../../telemetry.warnings.js';
import type { Exemplar } from '../exemplar.js';
import type { LeanDataPoint } from '../lean.data-point.js';
import { bucketsOf } from './buckets.js';
import { Families, type Family } from './families.js';
import { distinctPoints } from './distinct.points.js';
import { joined, LabelWriter } from './labels.js';
import type { HistogramValue } from './merged.points.js';
import { isPlain } from './names.js';
import { boundText, valueText } from './numbers.js';
import type { PageFormat, PageSettings } from './page.format.js';
import { capped, quoted } from './page.text.js';

type HistogramPoint = LeanDataPoint<HistogramValue>;

/** Lines written at a time. */
const LINES_PER_PIECE = 16;

/** Longer descriptions are cut. */
const MAX_HELP_LENGTH = 1024;

/** Clashes that are remembered as reported. */
const MAX_REPORTED = 1000;

/**
 * Writes collected metrics in the text formats of Prometheus and OpenMetrics. The page comes in pieces, so that whoever
 * sends it can let others have their turn.
 */
export class PageWriter {
  readonly #plainLabels: LabelWriter;
  readonly #utf8Labels: LabelWriter;
  readonly #reported = new Set<string>();

  constructor(private readonly settings: PageSettings) {
    this.#plainLabels = new LabelWriter(false, settings.worker);
    this.#utf8Labels = new LabelWriter(true, settings.worker);
  }

  *write(metrics: ResourceMetrics, format: PageFormat): Iterable<string> {
    const labels = format.utf8 ? this.#utf8Labels : this.#plainLabels;
    yield* targetInfo(labels.write(metrics.resource.attributes), format);
    const families = new Families(metrics, this.settings.naming, format.utf8);
    for (const family of families) yield* this.#family(family, labels, format);
    if (format.syntax === 'openmetrics') yield '# EOF\n';
    for (const clash of families.clashes) this.#report(clash);
  }

  *#family(family: Family, labels: LabelWriter, format: PageFormat): Iterable<string> {
    yield header(family, format);
    const groups = yield* distinctPoints(family, labels, this.settings.scopeLabels);
    if (family.type === 'histogram') {
      const samples = new HistogramSamples(family, format);
      for (const { points, scopeText } of groups)
        for (const point of points as Iterable<HistogramPoint>)
          yield samples.write(point, joined(labels.ofSeries(point), scopeText));
      return;
    }
    const isCounter = family.type === 'counter';
    const start = opening(isCounter ? `${family.name}_total` : family.name);
    const tellsExemplars = isCounter && format.syntax === 'openmetrics';
    let piece = '';
    let lines = 0;
    for (const { points, scopeText } of groups) {
      for (const point of points as Iterable<LeanDataPoint<number>>) {
        const exemplar = tellsExemplars ? exemplarText(point.exemplars?.[0]) : '';
        piece += `${start(joined(labels.ofSeries(point), scopeText))} ${valueText(point.value)}${exemplar}\n`;
        lines += 1;
        if (lines % LINES_PER_PIECE > 0) continue;
        yield piece;
        piece = '';
      }
    }
    yield piece;
  }

  #report(clash: { metric: string; name: string; shown: string }): void {
    if (this.#reported.has(clash.shown) || this.#reported.size >= MAX_REPORTED) return;
    this.#reported.add(clash.shown);
    warn('NT_METRIC_NAME_CLASH', clash);
  }
}

/** Writes the lines of histograms of one family. */
class HistogramSamples {
  readonly #bucket: (labels: string) => string;
  readonly #sum: (labels: string) => string;
  readonly #count: (labels: string) => string;
  /** Bounds are the same in all series, as a rule the very same list. */
  #boundaries: readonly number[] | undefined;
  #bounds: readonly string[] = [];

  constructor(
    { name }: Family,
    private readonly format: PageFormat,
  ) {
    this.#bucket = opening(`${name}_bucket`);
    this.#sum = opening(`${name}_sum`);
    this.#count = opening(`${name}_count`);
  }

  write({ value, exemplars }: HistogramPoint, labels: string): string {
    const { boundaries, counts } = bucketsOf(value);
    const bounds = this.#boundsOf(boundaries);
    const shown = this.format.syntax === 'openmetrics' ? placed(exemplars, boundaries) : [];
    const start = this.#bucket(joined(labels, 'le="'));
    // The opening ends in a brace that the bound still has to go before.
    const bucket = start.slice(0, -1);
    let text = '';
    let total = 0;
    for (const [place, bound] of bounds.entries()) {
      total += counts[place] ?? 0;
      text += `${bucket}${bound}"} ${total}${exemplarText(shown[place])}\n`;
    }
    if (value.sum !== undefined) text += `${this.#sum(labels)} ${valueText(value.sum)}\n`;
    return `${text}${this.#count(labels)} ${value.count}\n`;
  }

  #boundsOf(boundaries: readonly number[]): readonly string[] {
    if (boundaries !== this.#boundaries) {
      this.#boundaries = boundaries;
      this.#bounds = [...boundaries, Infinity].map((bound) => boundText(bound, this.format.syntax));
    }
    return this.#bounds;
  }
}

function* targetInfo(labels: string, { syntax }: PageFormat): Iterable<string> {
  const name = syntax === 'openmetrics' ? 'target' : 'target_info';
  const type = syntax === 'openmetrics' ? 'info' : 'gauge';
  yield `# HELP ${name} Target metadata\n# TYPE ${name} ${type}\ntarget_info{${labels}} 1\n`;
}

function header({ name, type, help, unit }: Family, { syntax }: PageFormat): string {
  const isOpen = syntax === 'openmetrics';
  const shown = type === 'counter' && !isOpen ? `${name}_total` : name;
  const written = isPlain(shown) ? shown : quoted(shown);
  const escaped = capped(help, MAX_HELP_LENGTH, '~').replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  const lines = [
    `# HELP ${written} ${isOpen ? escaped.replace(/"/g, '\\"') : escaped}`,
    `# TYPE ${written} ${type}`,
    ...(isOpen && unit !== undefined ? [`# UNIT ${written} ${unit}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes name and labels; a name that needs quotes stands among the labels. */
function opening(name: string): (labels: string) => string {
  if (isPlain(name)) return (labels) => (labels === '' ? name : `${name}{${labels}}`);
  const first = quoted(name);
  return (labels) => (labels === '' ? `{${first}}` : `{${first},${labels}}`);
}

/** The latest exemplar of each bucket. */
function placed(exemplars: readonly Exemplar[] = [], boundaries: readonly number[]): Exemplar[] {
  const found: Exemplar[] = [];
  for (const exemplar of exemplars) {
    const bucket = boundaries.findIndex((bound) => exemplar.value <= bound);
    const place = bucket < 0 ? boundaries.length : bucket;
    const other = found[place];
    if (other === undefined || other.time <= exemplar.time) found[place] = exemplar;
  }
  return found;
}

function exemplarText(exemplar: Exemplar | undefined): string {
  // Ids are as somebody's span has them, and an exemplar with too long ones makes the whole page invalid.
  if (exemplar === undefined || !isValidTraceId(exemplar.traceId) || !isValidSpanId(exemplar.spanId))
    return '';
  const { traceId, spanId, value, time } = exemplar;
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${valueText(value)} ${time / 1000}`;
}
