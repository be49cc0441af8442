import { defineConfig } from '@playwright/test'
import journeys from '../../playwright.config'

/** Pictures of the real program over a simulated estate; `npm run screenshots` writes them into docs/screenshots. */
export default defineConfig({
  ...journeys,
  testDir: '.',
  testMatch: 'screenshots.ts',
  globalSetup: undefined,
  outputDir: '../../test-results',
  timeout: 600_000,
  use: { ...journeys.use, storageState: undefined, reducedMotion: 'reduce', trace: 'off' },
})
