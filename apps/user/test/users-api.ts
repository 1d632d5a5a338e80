import {
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { join } from 'node:path';
import type { RunningApp } from './running-app.js';

/** What an answer means, in words that fit every transport. */
type Outcome = 'ok' | 'invalid' | 'not found' | 'taken' | 'failed' | 'unavailable';

export interface Answer {
  readonly outcome: Outcome;
  /** The user, or what is said about the error. */
  readonly body: unknown;
}

/** Users as a caller sees them over one transport. */
export interface UsersApi extends Disposable {
  readonly serverSpans: { readonly get: string; readonly create: string };
  get(id: number): Promise<Answer>;
  create(user: object): Promise<Answer>;
}

const STATUSES: Readonly<Record<number, Outcome>> = {
  200: 'ok',
  201: 'ok',
  400: 'invalid',
  404: 'not found',
  409: 'taken',
  500: 'failed',
  503: 'unavailable',
};
const CODES: Readonly<Record<number, Outcome>> = {
  3: 'invalid',
  5: 'not found',
  6: 'taken',
  13: 'failed',
  14: 'unavailable',
};

const outcome = (outcomes: Readonly<Record<number, Outcome>>, code: number): Outcome => {
  const found = outcomes[code];
  if (found === undefined) throw new Error(`unexpected answer ${code}`);
  return found;
};

const httpAnswer = async (response: Response): Promise<Answer> => ({
  outcome: outcome(STATUSES, response.status),
  body: await response.json(),
});

function overHttp(app: RunningApp): UsersApi {
  return {
    serverSpans: { get: 'GET /users/:id', create: 'POST /users' },
    get: async (id) => httpAnswer(await app.request(`/users/${id}`)),
    create: async (user) => httpAnswer(await app.post('/users', user)),
    [Symbol.dispose]: () => undefined,
  };
}

type Call = (request: object, answer: (error: ServiceError | null, user: unknown) => void) => void;

function overGrpc(app: RunningApp): UsersApi {
  const proto = join(import.meta.dirname, '../../protos/users/v1/users.proto');
  const { users } = loadPackageDefinition(loadSync(proto)) as unknown as {
    users: { v1: { Users: ServiceClientConstructor } };
  };
  const client = new users.v1.Users(app.grpcUrl, credentials.createInsecure());
  const call = (method: string, request: object): Promise<Answer> =>
    new Promise((resolve) => {
      (client[method] as Call).call(client, request, (error, body) =>
        resolve(
          error === null
            ? { outcome: 'ok', body }
            : { outcome: outcome(CODES, error.code), body: { detail: error.details } },
        ),
      );
    });
  return {
    serverSpans: { get: 'users.v1.Users/GetUser', create: 'users.v1.Users/CreateUser' },
    get: (id) => call('getUser', { id }),
    create: (user) => call('createUser', user),
    [Symbol.dispose]: () => client.close(),
  };
}

export const TRANSPORTS = [
  ['HTTP', overHttp],
  ['gRPC', overGrpc],
] as const;
