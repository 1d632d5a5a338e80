import { DIGIT, isAt, LETTER } from './characters.js';

const DASH = 0x2d;
const LENGTH = 36;
const FORM = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Where its groups begin that another one follows. */
const GROUPS = [0, 9, 14, 19];

/** Whether one of the groups of a UUID begins there, but for the last one. */
export function isWithinUuid(text: string, start: number): boolean {
  if (text.charCodeAt(start + 4) !== DASH && text.charCodeAt(start + 8) !== DASH) return false;
  return GROUPS.some((group) => isUuid(text, start - group));
}

function isUuid(text: string, start: number): boolean {
  const end = start + LENGTH;
  return (
    start >= 0 &&
    FORM.test(text.slice(start, end)) &&
    !isAt(text, start - 1, LETTER | DIGIT) &&
    !isAt(text, end, LETTER | DIGIT)
  );
}
