import { diag, type Link } from '@opentelemetry/api';
import { reasonOf } from '../../telemetry.warnings.js';
import { cleanAttributes } from './attribute-limits.js';
import { cleanValue } from './attribute-values.js';
import type { ResolvedSpanLimits } from './span-limits.js';

/** A link that may be exported; `undefined` for what leads nowhere. */
export function cleanLink(link: Link, limits: ResolvedSpanLimits): Link | undefined {
  try {
    const { context, attributes } = link;
    if (typeof context === 'object' && context !== null) {
      if (typeof attributes !== 'object' || attributes === null) return { context };
      const { attributePerLinkCountLimit, attributeValueLengthLimit } = limits;
      const clean = cleanAttributes(
        attributes,
        attributePerLinkCountLimit,
        attributeValueLengthLimit,
        cleanValue,
      );
      const { droppedAttributesCount } = clean;
      return { context, attributes: clean.attributes, droppedAttributesCount };
    }
    diag.warn('Dropping a link without a span context.');
  } catch (error) {
    diag.warn(`Dropping a link that could not be read: ${reasonOf(error)}`);
  }
  return undefined;
}

/** All links of a list that may be exported. */
export function cleanLinks(
  links: readonly Link[] | undefined,
  limits: ResolvedSpanLimits,
): Link[] | undefined {
  if (!Array.isArray(links) || links.length === 0) return undefined;
  const cleaned: Link[] = [];
  for (const link of links as readonly Link[]) {
    const clean = cleanLink(link, limits);
    if (clean !== undefined) cleaned.push(clean);
  }
  return cleaned;
}
