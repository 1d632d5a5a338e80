/**
 * Texts in which every character promises a secret that does not come, by the part they are made of. They are held to grow
 * no faster than they are long (linear-time.spec.ts), and test/bench/micro/redaction.ts tells how long a megabyte takes.
 */
export const HOSTILE_PARTS: readonly string[] = [
  'a',
  '4',
  '@',
  'a@',
  'a@b.',
  `a@${'b.'.repeat(100)}`,
  '://a@',
  'eyJ',
  'eyJhbGciOi.',
  'bearer ',
  'basic YWJj ',
  '1234 ',
  '4111 1111 1111 1112 ',
  'DE89 ',
  'MT31 ',
  'AT61 ',
  'DE89370400440532013001 ',
  '-----BEGIN ',
  '-',
  'pin:',
  'pin="',
  'pin=\\"',
  'pin=(',
  'pin={',
  'pin=***',
  'pin>',
  '\\',
  '\\"',
  '--',
  '%40',
  '%2540',
  '\\u0040',
  'sk_',
  'AKIA',
  ' xoxb-',
  'QWRhIEFkYSBBZGEg',
  'QWRhIEFkYSBBZGEg ',
  'YUBhQGFAYUBhQGFA ',
  'value value value: ',
  'token: a ',
  'token=a1 -- ',
  '550e8400-e29b-41d4-a716-446655440000 ',
];

/** A text of this many characters, made of one part over and over. */
export function hostileText(part: string, length: number): string {
  return Buffer.alloc(length, part).toString('latin1');
}
