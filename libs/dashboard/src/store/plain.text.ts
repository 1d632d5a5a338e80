const ESCAPE = '\u001B';
/** The escape itself, or how it looks within JSON. */
const INTRODUCER = String.raw`(?:\u001B|\\u001[bB])`;
/** Of a terminal (ECMA-48): colours and the like, titles and links up to their end, and commands of one letter. */
const SEQUENCES = new RegExp(
  String.raw`${INTRODUCER}(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B\\]{0,2048}(?:\u0007|\u001B\\|\\u0007|\\u001[bB]\\\\)|[@-Z\\^_])`,
  'gu',
);

/**
 * A text as it reads: without what colours it on a terminal. A letter of an escape code stands right beside a word, which
 * would be another word with it.
 */
export function plainText(text: string): string {
  return text.includes(ESCAPE) || text.includes('\\u001') ? text.replaceAll(SEQUENCES, '') : text;
}
