import type { Scanner } from './scanner.js';
import { cardScanner } from './scanners/card.scanner.js';
import { cloudKeyScanner } from './scanners/cloud-key.scanner.js';
import { credentialsScanner } from './scanners/credentials.scanner.js';
import { emailScanner } from './scanners/email.scanner.js';
import { ibanScanner } from './scanners/iban.scanner.js';
import { jwtScanner } from './scanners/jwt.scanner.js';
import { privateKeyScanner } from './scanners/private-key.scanner.js';
import { urlCredentialsScanner } from './scanners/url-credentials.scanner.js';

/** Secrets that are known by how they look. docs/guides/redaction.md is checked against this list. */
export const SCANNERS: readonly Scanner[] = [
  privateKeyScanner,
  jwtScanner,
  credentialsScanner,
  urlCredentialsScanner,
  cloudKeyScanner,
  emailScanner,
  cardScanner,
  ibanScanner,
];

/** Rules about texts that are no scanners: base64 of what the others find, and literals of SQL. */
export const BASE64_RULE = 'base64';
export const SQL_RULE = 'sql';
