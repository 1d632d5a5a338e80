import { describe, expect, it } from 'vitest';
import { acceptsGzip, chooseFormat } from './content-negotiation.js';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

describe('The format of the page', () => {
  it.each([
    ['Prometheus 2', PROMETHEUS_2, OPEN],
    ['Prometheus 3', PROMETHEUS_3, OPEN],
    ['nobody in particular', undefined, TEXT],
    ['curl', '*/*', TEXT],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT],
    ['one that reads nothing of ours', 'image/png', TEXT],
    ['one that likes text better', 'application/openmetrics-text;q=0.3, text/plain;q=0.9', TEXT],
    ['one that refuses OpenMetrics', 'application/openmetrics-text;q=0, text/plain', TEXT],
    [
      'one with an old version',
      'application/openmetrics-text; version="0.0.1"',
      OPEN.replace('1.0.0', '0.0.1'),
    ],
    ['one with a version to come', 'application/openmetrics-text;version=2.0.0,text/plain;q=0.1', TEXT],
    ['capitals and spaces', ' Application/OpenMetrics-Text ; Version=1.0.0 ; Q=0.5 ', OPEN],
    ['a bad quality', 'application/openmetrics-text;q=x, text/plain;q=0.1', TEXT],
    ['noise', ';;,=,q=1;=;,', TEXT],
  ])('for %s', (_scraper, accept, contentType) => {
    expect(chooseFormat(accept, 'suffixed').contentType).toBe(contentType);
  });

  it('has names in UTF-8 only where scraper and application both want them', () => {
    expect(chooseFormat(PROMETHEUS_3, 'utf8')).toEqual({
      syntax: 'openmetrics',
      utf8: true,
      contentType: `${OPEN}; escaping=allow-utf-8`,
    });
    expect(chooseFormat(PROMETHEUS_2, 'utf8').utf8).toBe(false);
    expect(chooseFormat(PROMETHEUS_3, 'suffixed').utf8).toBe(false);
    expect(chooseFormat('text/plain;version=1.0.0;escaping=allow-utf-8', 'utf8').contentType).toBe(
      'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
    );
  });
});

describe('Compression', () => {
  it.each([
    ['gzip', true],
    ['deflate, gzip;q=0.1', true],
    ['*', true],
    ['gzip;q=0', false],
    ['*;q=1, gzip;q=0', false],
    ['br', false],
    ['', false],
    [undefined, false],
  ])('%s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });
});
