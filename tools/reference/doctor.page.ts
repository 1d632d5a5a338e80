import { RULES } from '../../libs/dashboard/src/doctor/rules.ts';

const GRAVITY = { error: 'error', warning: 'warning', info: 'note' } as const;

/** docs/guides/doctor.md, from the rules of the dashboard's doctor. */
export function doctorPage(): string {
  return [
    '# The doctor',
    '',
    '<!-- Generated from libs/dashboard/src/doctor by `npm run docs:reference`. -->',
    '',
    'The dashboard examines the telemetry it gets, whoever sends it, and says what is wrong with it: with names and',
    'figures, some of the spans it was seen on, and what to write to mend it. Findings are on the first page, on the page of',
    'each trace, under Doctor, and at `GET /api/doctor`; one that you know about can be ignored, and stays so.',
    '',
    'Looked at are the newest 200 traces of the time that is shown (3000 spans at most), or one trace (20,000 spans), and',
    'the newest 2000 log records. A mistake that is made for every request is one finding.',
    '',
    ...RULES.map(
      ({ id, title, severity }) => `- [${id}](#${anchor(id, title)}): ${title} (${GRAVITY[severity]})`,
    ),
    '',
    ...RULES.flatMap(({ id, title, about, fix }) => [
      `## ${id}: ${title}`,
      '',
      about,
      '',
      `**What to do.** ${escaped(fix)}`,
      '',
    ]),
  ].join('\n');
}

/** As GitHub makes it of a heading. */
function anchor(id: string, title: string): string {
  return `${id} ${title}`
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** A star or an underscore is one; code is in backticks already. */
function escaped(text: string): string {
  return text.replaceAll(/[*_<]/gu, String.raw`\$&`);
}
