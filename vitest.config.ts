import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/core/**/*.test.ts', 'test/config/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/{io,jobs,web,cli}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One embedded store takes about 250 MB: two at a time on a small machine.
          maxWorkers: 2,
        },
      },
    ],
  },
});
