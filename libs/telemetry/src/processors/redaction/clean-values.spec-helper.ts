import { Dice } from '../../sdk/tracer/random-calls.spec-helper.js';

/** A value that is no secret, under the name an application gives it. */
export interface CleanValue {
  readonly name: string;
  readonly value: string | number | boolean;
}

const NAMES = [
  'token_count',
  'max_tokens',
  'gen_ai.usage.input_tokens',
  'author',
  'authority',
  'secretary_name',
  'card_count',
  'card_brand',
  'cardinality',
  'passenger',
  'password_reset_required',
  'passed',
  'compass.heading',
  'keyboard.layout',
  'monkey',
  'api_key_count',
  'cookie_policy_version',
  'session.id',
  'email_verified',
  'emailTemplate',
  'mailbox_size',
  'pinned',
  'spin_count',
  'tokenizer',
  'token_type',
  'secret_name',
  'phone_verified',
  'ibanValid',
  'authorName',
  'oauth_provider',
  'discard',
  'wildcard',
  'shopping_cart.id',
  'postcard',
  'signature_algorithm',
  'sort_key',
  'partition_key',
  'foreign_key',
  'cache.key',
  'db.redis.key',
  'feature_flag.key',
  'messaging.kafka.message.key',
  'idempotency_key_reused',
  'k8s.secret.name',
] as const;

const ROUTES = [
  '/users/:id',
  '/orders/:orderId/lines/:line',
  '/v1/{tenant}/reports',
  '/api/v2/*',
  '/files/:token/info',
];
const STATEMENTS = [
  'SELECT "id", "name" FROM "users" WHERE "id" = $1',
  'INSERT INTO orders (user_id, total_cents) VALUES (?, ?) RETURNING id',
  'UPDATE stock SET reserved = reserved + ? WHERE sku = ?',
  'DELETE FROM sessions WHERE expires_at < now()',
  'SELECT count(*) FROM "customer_orders" "o" WHERE "o"."email" = :email AND "o"."token" = @p0',
];
const MESSAGES = [
  'User 42 was looked up',
  'GET /users/42 answered 200 in 12 ms',
  'Unexpected token } in JSON at position 12',
  "Cannot read properties of undefined (reading 'email')",
  'connect ECONNREFUSED 127.0.0.1:5432',
  'password must be longer than or equal to 8 characters',
  'Invalid credentials',
  'Nest application successfully started',
  'Mapped {/orders/:id, GET} route',
  'TypeError: fetch failed',
  'duplicate key value violates unique constraint "users_pkey"',
  'Basic authentication is not supported',
  'The token expired 5 minutes ago',
  'Order 1000234 was placed with 3 lines',
  'Mastercard and Visa are accepted',
  'Exchange rate EUR/USD is 1.0834',
  'author: Ada Lovelace',
  'at OrdersService.place (file:///app/dist/orders/orders.service.js:42:17)',
  'ratio=0.25 retries=3 queue=orders',
  'npm package @nestjs/core@12.5.1 was loaded',
  'See https://docs.nestjs.com/techniques/logger#logger for details',
  'cache hit for product:espresso-machine',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1',
  'curl/8.9.1',
  'node',
  'Prometheus/3.1.0',
  'kube-probe/1.31',
];

/** Realistic values that must stay as they are; the same seed makes the same ones. */
export function cleanValues(seed: number, count: number): CleanValue[] {
  const dice = new Dice(seed);
  const hex = (length: number) => Array.from({ length }, () => dice.below(16).toString(16)).join('');
  const digits = (length: number) =>
    String(1 + dice.below(9)) + Array.from({ length: length - 1 }, () => dice.below(10)).join('');
  const time = () => new Date(1_700_000_000_000 + dice.below(100_000_000) * 1000);
  const makers: (() => CleanValue)[] = [
    () => ({
      name: dice.pick(NAMES),
      value: dice.pick(['default', 'v2', 'visa', 'eu-central-1', 'pending']),
    }),
    () => ({ name: dice.pick(NAMES), value: dice.below(100_000) }),
    () => ({ name: 'order.uuid', value: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}` }),
    () => ({ name: 'placed_at', value: time().toISOString() }),
    () => ({ name: 'timestamp', value: time().getTime() }),
    () => ({ name: 'timestamp_micros', value: time().getTime() * 1000 + dice.below(1000) }),
    () => ({ name: 'http.route', value: dice.pick(ROUTES) }),
    () => ({ name: 'url.path', value: `/users/${dice.below(1000)}/orders/${digits(7)}` }),
    () => ({ name: 'db.query.text', value: dice.pick(STATEMENTS) }),
    () => ({ name: 'message', value: dice.pick(MESSAGES) }),
    () => ({ name: 'user_agent.original', value: dice.pick(AGENTS) }),
    () => ({
      name: 'service.version',
      value: `${dice.below(20)}.${dice.below(40)}.${dice.below(9)}-rc.${dice.below(5)}`,
    }),
    () => ({ name: 'order.number', value: `+${digits(2)} ${digits(3)} ${digits(4)}` }),
    () => ({ name: 'order.number', value: `${digits(4)}-${digits(4)}-${digits(3)}` }),
    () => ({ name: 'order.number', value: `ORD-${digits(10)}` }),
    () => ({ name: 'tracking.number', value: `1Z${hex(6).toUpperCase()}${digits(10)}` }),
    () => ({ name: 'trace_id', value: hex(32) }),
    () => ({ name: 'span_id', value: hex(16) }),
    () => ({ name: 'etag', value: `W/"${hex(4)}-${hex(27)}"` }),
    () => ({ name: 'git.commit', value: hex(40) }),
    () => ({ name: 'container.image.digest', value: `sha256:${hex(64)}` }),
    () => ({ name: 'server.address', value: `order-${hex(10)}-${hex(5)}.shop.svc.cluster.local` }),
    () => ({ name: 'client.address', value: `10.${dice.below(255)}.${dice.below(255)}.${dice.below(255)}` }),
    () => ({ name: 'network.peer.address', value: `2001:db8:${hex(4)}:${hex(4)}::${hex(4)}` }),
    () => ({ name: 'ratio', value: dice.below(1_000_000_000) / 1_000_000_007 }),
    () => ({ name: 'price', value: `${dice.below(10_000)}.${digits(2)} EUR` }),
    () => ({ name: 'isbn', value: `978-${digits(1)}-${digits(2)}-${digits(6)}-${digits(1)}` }),
    () => ({
      name: 'code.function.name',
      value: dice.pick(['OrdersService.place', 'UsersRepository.findById']),
    }),
    () => ({
      name: 'exception.type',
      value: dice.pick(['NotFoundException', 'TypeError', 'QueryFailedError']),
    }),
    () => ({ name: 'asset', value: dice.pick(['logo@2x.png', 'main.4f2a91bc.js', 'styles.min.css']) }),
    () => ({ name: 'k8s.pod.name', value: `user-service-${hex(9)}-${hex(5)}` }),
    () => ({ name: 'ulid', value: `01J${digits(5)}${hex(18).toUpperCase()}` }),
    () => ({ name: 'sku', value: dice.pick(['filter-paper', 'espresso-machine-deluxe-2000', 'SKU-00042']) }),
    () => ({ name: 'enabled', value: dice.chance(0.5) }),
  ];
  // All of them in turn.
  return Array.from({ length: Math.ceil(count / makers.length) }, () => makers.map((make) => make()))
    .flat()
    .slice(0, count);
}
