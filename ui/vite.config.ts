import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type ProxyOptions } from 'vite'

/** Where `npm run dev` and `npm run preview` find the server. */
const SERVER = process.env.QLRF_SERVER ?? 'http://127.0.0.1:7300'

/** The Host header stays as it is, so that the server's same-origin check sees what the browser sees. */
const toServer: ProxyOptions = {
  target: SERVER,
  changeOrigin: false,
  // A server that is gone is gone here as well: the connection ends, no answer is made up.
  configure: (proxy) => void proxy.on('error', (_error, _request, answer) => void answer.destroy()),
}
const proxy: Record<string, ProxyOptions> = {
  '/api': toServer,
  '/openapi.json': toServer,
  '/version': toServer,
  '/errors': toServer,
  '/sign-in': { ...toServer, bypass: (request) => (request.method === 'GET' ? '/index.html' : undefined) },
}

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '~': fileURLToPath(new URL('./app', import.meta.url)) } },
  server: { proxy, strictPort: true },
  preview: { proxy, strictPort: true },
  build: {
    target: 'es2023',
    // A strict CSP allows no `data:` outside of images: every asset is a file.
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    // Few files: a browser asks for six at a time, and each costs it as much as some kilobytes.
    rolldownOptions: { output: { codeSplitting: { groups: [
      { name: 'vendor', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](?!.*(table|virtual)).*|openapi-fetch)[\\/]/, priority: 2 },
      { name: 'd3', test: /node_modules[\\/](d3-(array|color|format|interpolate|path|scale|shape|time|time-format)|internmap)[\\/]/, priority: 2 },
      { name: 'shared', test: /[\\/]app[\\/](api|components|state|ui|util)[\\/]/, priority: 1, minShareCount: 2 },
    ] } } },
  },
  test: {
    projects: [
      { extends: true, test: { name: 'logic', include: ['app/**/*.test.ts', 'scripts/**/*.test.ts'] } },
      // Components and what needs a document; the API answers what its own schemas allow.
      { extends: true, test: { name: 'components', include: ['app/**/*.test.tsx'], environment: 'jsdom', testTimeout: 60_000, setupFiles: ['test/mock/setup.ts'] } },
    ],
  },
} as Parameters<typeof defineConfig>[0])
