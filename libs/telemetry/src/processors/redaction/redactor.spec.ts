import { describe, expect, it } from 'vitest';
import { cleanValues } from './clean-values.spec-helper.js';
import type { Redactor } from './redactor.js';
import { coreOf, formsOf, SecretMaker, type Secret } from './secrets.spec-helper.js';
import { createRedactor } from './standard.redactor.js';

const SEED = Number(process.env['REDACTION_SEED'] ?? Date.now() % 1_000_000_007);
const readError = (error: Error) => ({ message: error.message });

function surviving(secrets: readonly Secret[], write: (secret: Secret) => unknown): string[] {
  return secrets.flatMap((secret) => {
    const written = write(secret);
    const text = typeof written === 'string' ? written : JSON.stringify(written);
    return formsOf(coreOf(secret)).some((form) => text.includes(form)) ? [`${secret.kind}: ${text}`] : [];
  });
}

const assigned = ({ name, value }: Secret) => (name === undefined ? value : `${name}=${value}`);

describe(`Redaction of secrets that were made up (REDACTION_SEED=${SEED})`, () => {
  const { redactor } = createRedactor();
  const secrets = new SecretMaker(SEED).make(500);

  it.each<[string, (secret: Secret) => unknown]>([
    [
      'as an attribute',
      (secret) => redactor.attributes({ [secret.name ?? 'note']: secret.value }, 'span.attribute'),
    ],
    [
      'in a list',
      (secret) => redactor.attributes({ [secret.name ?? 'notes']: ['a', secret.value] }, 'span.attribute'),
    ],
    ['within a sentence', (secret) => redactor.text(`It was ${assigned(secret)} that we got.`, 'log')],
    [
      'in a query',
      (secret) =>
        redactor.text(
          `/find?a=1&${secret.name ?? 'q'}=${encodeURIComponent(secret.value)}&b=2`,
          'span.attribute',
        ),
    ],
    [
      'in a query encoded twice',
      (secret) =>
        redactor.text(
          `/find?next=${encodeURIComponent(`/x?${secret.name ?? 'q'}=${encodeURIComponent(secret.value)}`)}`,
          'span.attribute',
        ),
    ],
    [
      'in JSON',
      (secret) => redactor.text(JSON.stringify({ id: 1, [secret.name ?? 'note']: secret.value }), 'log'),
    ],
    [
      'in JSON within JSON',
      (secret) =>
        redactor.text(
          JSON.stringify({ body: JSON.stringify({ [secret.name ?? 'note']: secret.value, x: 1 }) }),
          'log',
        ),
    ],
    [
      'in a nested value',
      (secret) =>
        redactor.value({ request: [{ deep: { [secret.name ?? 'note']: secret.value } }] }, 'log', readError),
    ],
    ['in an error', (secret) => redactor.value(new Error(`failed: ${assigned(secret)}`), 'log', readError)],
    [
      'in a map',
      (secret) => redactor.value(new Map([[secret.name ?? 'note', secret.value]]), 'log', readError),
    ],
    [
      'in bytes',
      (secret) => redactor.value({ [secret.name ?? 'note']: Buffer.from(secret.value) }, 'log', readError),
    ],
  ])('finds every one of them %s', (_where, write) => {
    expect(surviving(secrets, write)).toEqual([]);
  });

  it('finds those that are known by how they look in base64', () => {
    const shaped = secrets.filter(({ name, value }) => name === undefined && value.length >= 12);
    const encode = ({ value }: Secret) => Buffer.from(value).toString('base64');
    expect(surviving(shaped, (secret) => redactor.text(`blob ${encode(secret)}.`, 'log'))).toEqual([]);
    expect(shaped.length).toBeGreaterThan(250);
  });

  it('changes nothing when it is done a second time', () => {
    const once = secrets.map((secret) => redactor.text(`It was ${assigned(secret)} that we got.`, 'log'));
    expect(once.map((text) => redactor.text(text, 'log'))).toEqual(once);
  });
});

function falselyRedacted(redactor: Redactor, seed: number, count: number): string[] {
  return cleanValues(seed, count).flatMap(({ name, value }) => {
    const redacted = redactor.attributes({ [name]: value }, 'span.attribute');
    return redacted[name] === value ? [] : [`${name}: ${value} → ${JSON.stringify(redacted)}`];
  });
}

describe(`Values that are no secrets (REDACTION_SEED=${SEED})`, () => {
  it('stay as they are, but for less than one in twenty', () => {
    const changed = falselyRedacted(createRedactor().redactor, SEED, 1000);
    expect(changed.length, changed.join('\n')).toBeLessThan(50);
  });

  it('stay as they are in log lines, too', () => {
    const { redactor } = createRedactor();
    const values = cleanValues(SEED, 1000);
    const changed = values.filter(({ name, value }) => {
      const copy = redactor.value({ [name]: value }, 'log', readError) as Record<string, unknown>;
      return copy[name] !== value;
    });
    expect(changed.length, JSON.stringify(changed)).toBeLessThan(50);
  });
});
