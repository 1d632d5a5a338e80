import type { MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { candidateNames, familyName, type FamilyType, samplesOf } from './family.name.js';
import { examplePoint } from './metric.points.js';
import { plainName, utf8Name } from './names.js';
import type { PageNaming } from './page.format.js';
import { unitSuffix } from './units.js';

type Scope = ScopeMetrics['scope'];

/** Metrics with one name on the page. */
export interface Family {
  /** Without the suffixes of its samples. */
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  /** Unit in words, where the name ends in it. */
  readonly unit: string | undefined;
  readonly members: { readonly metric: MetricData; readonly scope: Scope }[];
}

/** Two metrics that would have the same name on the page, and differ. */
export interface Clash {
  readonly metric: string;
  readonly name: string;
  readonly shown: string;
}

/** Puts metrics in families, none of which takes a name of another. */
export class Families {
  readonly clashes: Clash[] = [];
  readonly #families = new Map<string, Family>();
  readonly #taken = new Set<string>(samplesOf('target', 'info'));

  constructor(
    { scopeMetrics }: ResourceMetrics,
    private readonly naming: PageNaming,
    private readonly utf8: boolean,
  ) {
    for (const { scope, metrics } of scopeMetrics) for (const metric of metrics) this.#add(metric, scope);
  }

  [Symbol.iterator](): Iterator<Family> {
    return this.#families.values();
  }

  #add(metric: MetricData, scope: Scope): void {
    const type = typeOf(metric);
    if (type === undefined) return;
    const suffix = this.naming === 'legacy' ? '' : unitSuffix(metric.descriptor.unit, isGauge(metric));
    const { descriptor } = metric;
    const name = familyName(this.utf8 ? utf8Name(descriptor.name) : plainName(descriptor.name), type, suffix);
    const known = this.#families.get(name);
    // The same metric of two meters is one family; its samples tell the meters apart.
    if (known?.type === type && known.members.every((member) => member.scope !== scope)) {
      known.members.push({ metric, scope });
      return;
    }
    const shown = this.#free(name, type);
    if (shown !== name) this.clashes.push({ metric: metric.descriptor.name, name, shown });
    for (const sample of samplesOf(shown, type)) this.#taken.add(sample);
    const unit = suffix !== '' && shown.endsWith(`_${suffix}`) ? suffix : undefined;
    // Without a description it helps to know what the metric is called where it is made.
    const help = metric.descriptor.description || metric.descriptor.name;
    this.#families.set(shown, { name: shown, type, help, unit, members: [{ metric, scope }] });
  }

  #free(name: string, type: FamilyType): string {
    for (const candidate of candidateNames(name, type))
      if (samplesOf(candidate, type).every((sample) => !this.#taken.has(sample))) return candidate;
    return name;
  }
}

/** Told by what is there: enumerations of the SDK are values, and this room has only its types. */
function typeOf(metric: MetricData): FamilyType | undefined {
  if ('isMonotonic' in metric) return metric.isMonotonic ? 'counter' : 'gauge';
  const value = examplePoint(metric)?.value;
  if (value === undefined) return undefined;
  return typeof value === 'number' ? 'gauge' : 'histogram';
}

function isGauge(metric: MetricData): boolean {
  return typeOf(metric) === 'gauge' && !('isMonotonic' in metric);
}
