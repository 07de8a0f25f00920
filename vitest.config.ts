import { defineConfig } from 'vitest/config';

/**
 * Time-outs only bound hangs: a machine several times slower than ours, or busy with other work, must pass too. Nothing
 * is downloaded within them (test/support/servers.setup.ts does that before the first test).
 */
const HANG_MS = 600_000;
/** What comes about in its own time, waited for with `expect.poll`: less than a hang, so that it says what it waited for. */
const POLL_MS = 240_000;

/** Two cores: more workers only wait for each other and make timings in tests unsteady. */
const maxWorkers = 2;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers,
    teardownTimeout: 60_000,
    exclude: ['dist/**', 'node_modules/**'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: 'suites',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/chaos/**', 'dist/**'],
          testTimeout: HANG_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/{integration,chaos}/**/*.test.ts'],
          globalSetup: ['test/support/servers.setup.ts'],
          testTimeout: HANG_MS,
          hookTimeout: HANG_MS,
          expect: { poll: { timeout: POLL_MS, interval: 100 } },
        },
      },
    ],
  },
});
