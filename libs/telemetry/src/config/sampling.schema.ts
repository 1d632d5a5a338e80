import * as v from 'valibot';

const SHARE = 'a number from 0 to 1';
const MILLIS = 'milliseconds, 0 or more';
const COUNT = 'a positive integer';
const share = v.pipe(v.number(SHARE), v.minValue(0, SHARE), v.maxValue(1, SHARE));
const millis = v.pipe(v.number(MILLIS), v.finite(MILLIS), v.minValue(0, MILLIS));
const someMillis = v.pipe(
  v.number('milliseconds, 1 or more'),
  v.finite('milliseconds, 1 or more'),
  v.minValue(1, 'milliseconds, 1 or more'),
);
const count = v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT));
const flag = v.boolean('true or false');
const text = v.pipe(v.string('a non-empty string'), v.nonEmpty('a non-empty string'));
const pattern = v.union([text, v.instance(RegExp)], 'a non-empty string or a RegExp');

const PARENT = `'sample', 'drop', 'root' or ${SHARE}`;
const parent = v.optional(v.union([v.picklist(['sample', 'drop', 'root']), share], PARENT));

const criteria = {
  method: v.optional(v.union([text, v.array(text)], 'a method or an array of methods')),
  path: v.optional(pattern),
  host: v.optional(pattern),
  name: v.optional(pattern),
  kind: v.optional(
    v.picklist(
      ['internal', 'server', 'client', 'producer', 'consumer'],
      "'internal', 'server', 'client', 'producer' or 'consumer'",
    ),
  ),
  attributes: v.optional(
    v.record(
      v.string(),
      v.union(
        [v.string(), v.number(), v.boolean(), v.instance(RegExp)],
        'a string, number, boolean or RegExp',
      ),
    ),
  ),
  sample: v.union([v.picklist(['keep', 'drop']), share], `'keep', 'drop' or ${SHARE}`),
};

const ABOVE_ZERO = 'a number above 0, and 1 at most';
const PERCENTILE = 'a number above 0.5 and below 1';

/** The part of `traces` that says which spans are recorded and sent. */
export const samplingSchema = {
  parents: v.optional(
    v.strictObject({
      remoteSampled: parent,
      remoteNotSampled: parent,
      localSampled: parent,
      localNotSampled: parent,
    }),
  ),
  rules: v.optional(v.array(v.strictObject(criteria), 'an array of rules')),
  errorRate: v.optional(
    v.strictObject({
      maxRatio: v.optional(share),
      fullAt: v.optional(v.pipe(v.number(ABOVE_ZERO), v.gtValue(0, ABOVE_ZERO), v.maxValue(1, ABOVE_ZERO))),
      halfLifeMillis: v.optional(someMillis),
    }),
  ),
  force: v.optional(
    v.strictObject({
      header: v.pipe(
        v.string('an HTTP header name'),
        v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'an HTTP header name'),
      ),
      secret: v.pipe(
        v.string('a text of at least 16 characters'),
        v.minLength(16, 'a text of at least 16 characters'),
      ),
    }),
  ),
  keep: v.optional(
    v.strictObject({
      errors: v.optional(flag),
      slowerThanMillis: v.optional(millis),
      slowerThanPercentile: v.optional(
        v.pipe(v.number(PERCENTILE), v.gtValue(0.5, PERCENTILE), v.ltValue(1, PERCENTILE)),
      ),
      firstSeenRoutes: v.optional(flag),
      rules: v.optional(
        v.array(v.strictObject({ ...criteria, route: v.optional(pattern) }), 'an array of rules'),
      ),
      unsampledParents: v.optional(v.picklist(['decide', 'drop'], "'decide' or 'drop'")),
      holdMillis: v.optional(millis),
      limits: v.optional(
        v.strictObject({
          maxTraces: v.optional(count),
          maxSpansPerTrace: v.optional(count),
          maxSpans: v.optional(count),
          maxAgeMillis: v.optional(someMillis),
        }),
      ),
    }),
  ),
};
