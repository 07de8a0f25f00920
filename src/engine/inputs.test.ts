import { expect, it } from 'vitest';
import type { Config } from './config/config.js';
import { defaultConfig } from './config/default.js';
import { localZone, settingsFor } from './inputs.js';

const config: Config = {
  ...defaultConfig('/'),
  timezone: 'UTC',
  inputs: [
    { path: ['/var/log'], host: 'folder' },
    { path: ['/var/log/nginx/*.log'], host: 'glob', type: 'nginx', timezone: 'Asia/Tokyo' },
    { path: ['/var/log/**/error.log'], host: 'deep' },
    { path: ['/var/log/nginx/special.log'], host: 'file' },
    { path: ['/srv/a+b (1)/x?.log'], host: 'literal', logsource: { product: 'linux', service: undefined } },
    { path: ['-'], host: 'stdin' },
  ],
};
const host = (path: string): string | undefined => settingsFor(config, {})(path).host;

it.each([
  ['/var/log/syslog', 'folder'],
  ['/var/log/deep/er/file', 'folder'],
  ['/var/log/nginx/access.log', 'glob'],
  ['/var/log/nginx/sub/access.log', 'folder'],
  ['/var/log/a/b/error.log', 'deep'],
  ['/var/log/error.log', 'deep'],
  ['/var/log/nginx/special.log', 'file'],
  ['/srv/a+b (1)/x1.log', 'literal'],
  ['-', 'stdin'],
])('%s belongs to the longest path that fits: %s', (path, expected) => {
  expect(host(path)).toBe(expected);
});

it('does not take a longer name for a folder', () => {
  expect(['folder', 'glob', 'deep', 'file', 'literal', 'stdin']).not.toContain(host('/var/logs/x'));
  expect(['literal']).not.toContain(host('/srv/a+b (1)/x12.log'));
});

it('lets the command line decide over the input, the input over the configuration', () => {
  const settings = (path: string, defaults = {}): unknown => settingsFor(config, defaults)(path);
  expect(settings('/var/log/nginx/a.log')).toMatchObject({ type: 'nginx', timezone: 'Asia/Tokyo' });
  expect(settings('/var/log/nginx/a.log', { type: 'apache', timezone: 'Asia/Seoul' })).toMatchObject({
    type: 'apache',
    timezone: 'Asia/Seoul',
  });
  expect(settings('/var/log/syslog')).toMatchObject({ timezone: 'UTC' });
  expect(settingsFor(defaultConfig('/'), {})('/x').timezone).toBe(localZone());
});

it('leaves out log source dimensions that are not set', () => {
  expect(settingsFor(config, {})('/srv/a+b (1)/x1.log').logsource).toEqual({ product: 'linux' });
});
