import type { TelemetryOptions } from 'nest-telemetry';
import type { HostileCase, HostileCases } from './hostile.case.ts';
import { boom, MUTE, NULL, OBJECT_PROXY, SYMBOL } from './values.ts';

type Http = NonNullable<NonNullable<TelemetryOptions['traces']>['http']>;

const later = (what: string) => Promise.reject(new Error(what)) as never;

/** A request has to be answered as ever, and so has one that fails. */
function requests(options: TelemetryOptions, warns: HostileCase['warns'] = []): HostileCase {
  return {
    options: () => options,
    act: async ({ request }) => {
      const found = await request('/items/1', { 'x-hostile': 'a', traceparent: '00-x', baggage: ';;=' });
      if (found.status !== 200 || found.body !== '{"id":1}') boom(`answered ${found.status} ${found.body}`);
      const failed = await request('/fails', {});
      if (failed.status !== 500) boom(`answered ${failed.status}`);
    },
    warns,
  };
}

function http(options: Http, warns?: HostileCase['warns']): HostileCase {
  return requests({ traces: { http: options } }, warns);
}

/** What is asked while a request is served. */
export const httpCases: HostileCases = {
  'a spanName that throws': http({ spanName: () => boom('spanName') }, [/traces\.http\.spanName/]),
  'a spanName that rejects': http({ spanName: () => later('spanName') }, [/traces\.http\.spanName/]),
  'a spanName that answers with garbage': http({ spanName: () => SYMBOL }, [/traces\.http\.spanName/]),
  'a spanName that answers with a proxy': http({ spanName: () => OBJECT_PROXY }, [/traces\.http\.spanName/]),
  'an ignore that throws': http({ ignore: () => boom('ignore') }, [/traces\.http\.ignore/]),
  'an ignore that rejects': http({ ignore: () => later('ignore') }, [/traces\.http\.ignore/]),
  'an isError that throws': http({ isError: () => boom('isError') }, [/traces\.http\.isError/]),
  'an isError that rejects': http({ isError: () => later('isError') }, [/traces\.http\.isError/]),
  'an isError that throws what cannot be shown': http(
    {
      isError: () => {
        throw MUTE as Error;
      },
    },
    [/traces\.http\.isError/],
  ),
  'an inbound policy that throws': requests({ propagation: { inbound: () => boom('inbound') } }, [
    /propagation\.inbound/,
  ]),
  'an inbound policy that rejects': requests({ propagation: { inbound: () => later('inbound') } }, [
    /propagation\.inbound/,
  ]),
  'a propagator that throws': requests(
    {
      propagation: {
        propagator: {
          inject: () => boom('inject'),
          extract: () => boom('extract'),
          fields: () => boom('fields'),
        },
      },
    },
    [/Propagator extract\(\)/, /Propagator fields\(\)/],
  ),
  'a propagator that answers with nothing': requests(
    { propagation: { propagator: { inject: () => undefined, extract: () => NULL, fields: () => NULL } } },
    [/Propagator extract\(\)/, /Propagator fields\(\)/],
  ),
  'a processor and a sampler that throw': requests(
    {
      traces: {
        processors: [
          {
            onStart: () => boom('onStart'),
            onEnd: () => boom('onEnd'),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
        sampler: {
          shouldSample: (_context: unknown, _id: string, name: string) =>
            name.startsWith('witness') ? { decision: 2 } : boom('shouldSample'),
        },
      },
    },
    [/onStart/, /onEnd/, /traces\.sampler/],
  ),
  'an autoTrace filter that throws': requests({ autoTrace: { include: [() => boom('include')] } }, [
    /autoTrace/,
  ]),
  'an autoTrace filter that rejects': requests({ autoTrace: { include: [() => later('include')] } }, [
    /autoTrace/,
  ]),
};
