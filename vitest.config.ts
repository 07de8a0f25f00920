import { defineConfig } from 'vitest/config';

/** Two cores: more workers only wait for each other and make timings in tests unsteady. */
const maxWorkers = 2;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers,
    exclude: ['dist/**', 'node_modules/**'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 5_000 } },
      {
        extends: true,
        test: {
          name: 'suites',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/chaos/**', 'dist/**'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/{integration,chaos}/**/*.test.ts'],
          globalSetup: ['test/support/servers.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
