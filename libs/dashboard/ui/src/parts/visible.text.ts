/** Escape sequences of terminals: colours and the like (CSI), titles and links (OSC), and two-letter ones. */
const SEQUENCES = new RegExp(
  String.raw`\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])`,
  'gu',
);
/** What is no line break or tab and cannot be seen, or turns the direction in which text is read. */
const UNSEEN = new RegExp(
  String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]`,
  'gu',
);

/**
 * A text from outside as it is shown: without the colours meant for a terminal, and with every control character as an
 * escape that can be seen, so that no message can hide or reorder a part of itself.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(SEQUENCES, '').replace(UNSEEN, escaped);
}

function escaped(letter: string): string {
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase();
  // As programs write them: fonts have pictures of few of these.
  return code.length <= 2 ? String.raw`\x` + code.padStart(2, '0') : String.raw`\u` + code.padStart(4, '0');
}
