import { defineConfig } from '@playwright/test'

/** The real program, a real database, a real browser that is already on this machine: nothing is downloaded. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.e2e.ts',
  globalSetup: './test/e2e/harness/setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  // A busy machine answers late; what is wrong stays wrong.
  expect: { timeout: 15_000 },
  reporter: 'line',
  outputDir: 'test-results',
  use: {
    storageState: 'test-results/session.json',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A trace costs a fifth of the time: `npx playwright test --trace on` where one is wanted. What the page was is told without.
    trace: 'off',
    launchOptions: {
      executablePath: process.env.QLRF_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
})
