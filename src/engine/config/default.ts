import { resolve } from 'node:path';
import type { Config } from './config.js';
import type { ConfigFile } from './schema.js';

/**
 * What an empty configuration file means. Written out so that a command without a configuration loads neither the
 * schema nor its library (a tenth of a second); a test holds it to the schema.
 */
export const DEFAULTS: ConfigFile = {
  data: './sekisho-data',
  inputs: [],
  values: [],
  formats: [],
  lists: {},
  overrides: {},
  lateness: 300_000,
  idle: 60_000,
  'commit-interval': 1000,
  'poll-interval': 500,
  'max-line': 1_048_576,
  memory: 268_435_456,
  outputs: [],
  log: { level: 'info' },
};

/** The configuration of a run without a file: every default, paths relative to `base`. */
export function defaultConfig(base: string): Config {
  return { ...DEFAULTS, data: resolve(base, DEFAULTS.data), file: '', base, described: [] };
}
