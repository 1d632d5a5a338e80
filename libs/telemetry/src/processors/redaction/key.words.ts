/**
 * Names of attributes, fields, headers and parameters whose values are secret, by rule. A name counts when it ends in one
 * of these: `user.password`, `X-Api-Key` and `dbPassword2` do, `token_count` and `author` do not. Words of one entry may
 * be written `api_key`, `api-key`, `apiKey`, `api.key` or `apikey`. docs/guides/redaction.md is checked against this table.
 */
export const KEY_WORDS = {
  password: ['password', 'passwords', 'passwd', 'pwd', 'pass', 'passphrase', 'pass phrase', 'passcode'],
  secret: ['secret', 'secrets', 'client secret', 'credential', 'credentials', 'connection string'],
  token: [
    'token',
    'tokens',
    'jwt',
    'bearer',
    'saml assertion',
    'access token',
    'auth token',
    'id token',
  ].concat(['refresh token', 'session token', 'csrf token', 'xsrf token', 'api token', 'saml response']),
  authorization: ['authorization', 'auth', 'basic auth', 'www authenticate'],
  cookie: ['cookie', 'cookies', 'set cookie', 'connect sid', 'jsessionid', 'phpsessid', 'sessid'],
  key: [
    'api key',
    'api keys',
    'access key',
    'secret key',
    'secret access key',
    'private key',
    'account key',
  ].concat(
    ['shared key', 'shared access key', 'signing key', 'encryption key', 'master key', 'subscription key'],
    ['license key', 'ssh key', 'aws access key id', 'access key id', 'service role key'],
  ),
  signature: ['signature', 'sig', 'hmac'],
  card: [
    'card',
    'card number',
    'card no',
    'card num',
    'credit card',
    'credit card number',
    'debit card',
  ].concat(['cvv', 'cvc', 'card code', 'card security code', 'security code', 'card pin', 'card cvc']),
  bank: ['iban', 'account number', 'bank account', 'bank account number', 'routing number', 'sort code'],
  identity: [
    'ssn',
    'social security',
    'social security number',
    'national id',
    'tax id',
    'tax number',
  ].concat(
    ['passport', 'passport number', 'drivers license', 'driver license', 'date of birth', 'birth date'],
    ['birthdate', 'birthday', 'dob'],
  ),
  email: ['email', 'emails', 'e mail', 'mail', 'email address', 'mail address', 'e mail address'],
  phone: ['phone', 'phone number', 'mobile number', 'telephone', 'telephone number', 'msisdn'],
  code: [
    'otp',
    'totp',
    'pin',
    'pin code',
    'mfa code',
    'verification code',
    'one time password',
    'recovery code',
  ],
} as const satisfies Record<string, readonly string[]>;

/** What may follow such a name without changing what its value is: `passwordHash`, `token_value`, `secretBase64`, `newPasswordConfirm`. */
export const NEUTRAL_TAILS = [
  'value',
  'hash',
  'hashed',
  'string',
  'text',
  'plain',
  'plaintext',
  'raw',
  'encrypted',
  'base',
  'header',
  'field',
  'input',
  'param',
  'new',
  'old',
  'current',
  'confirm',
  'confirmation',
  'repeat',
] as const;
