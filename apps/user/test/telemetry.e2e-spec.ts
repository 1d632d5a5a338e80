import 'nest-telemetry/testing/vitest';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startUser } from './running-app.js';

const SERVER_SPAN = 'GET /users/:id';

describe('telemetry of the user service', () => {
  let telemetry: TelemetryRecorder;
  let user: RunningApp;
  beforeAll(async () => {
    telemetry = recordTelemetry();
    user = await startUser();
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await telemetry.stop();
  });

  async function get(path: string, headers: Record<string, string> = {}): Promise<void> {
    await user.request(path, { headers });
    await waitForSpans(telemetry, SERVER_SPAN);
  }

  it('nests controller, service, repository and statement', async () => {
    await get('/users/1');
    expect(telemetry).toHaveSpan(SERVER_SPAN, { kind: 'server', status: 'unset' });
    expect(telemetry).toHaveSpan('UsersController.findOne', { parent: SERVER_SPAN });
    expect(telemetry).toHaveSpan('UsersService.get', {
      parent: 'UsersController.findOne',
      attributes: { 'user.id': 1 },
    });
    expect(telemetry).toHaveSpan('UsersRepository.findById', { parent: 'UsersService.get' });
    expect(telemetry).toHaveSpan('SELECT users', { kind: 'client', parent: 'UsersRepository.findById' });
  });

  it('shows what the caller put into baggage', async () => {
    await get('/users/1', { baggage: 'tenant=acme,environment=test,secret=no' });
    expect(telemetry).toHaveSpan(SERVER_SPAN, {
      attributes: { tenant: 'acme', environment: 'test', secret: undefined },
    });
  });

  it('is an error with its exception for the damaged record', async () => {
    await get('/users/500');
    expect(telemetry).toHaveSpan(SERVER_SPAN, {
      status: 'error',
      attributes: { 'error.type': 'SyntaxError' },
    });
    expect(telemetry).toHaveSpan('UsersRepository.findById', { events: ['exception'] });
  });

  it('is no error of the server for a user that does not exist', async () => {
    await get('/users/404');
    expect(telemetry).toHaveSpan(SERVER_SPAN, {
      status: 'unset',
      attributes: { 'http.response.status_code': 404 },
    });
  });
});
