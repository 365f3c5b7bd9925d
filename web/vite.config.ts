import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const imaging = (file: string) => fileURLToPath(new URL(`./src/features/viewer/imaging/${file}`, import.meta.url));
const host = process.env.QUREHOST ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/dicomweb', '/sites', '/hubs', '/health', '/openapi'];

export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^@kitware\/vtk\.js\/IO\/XML\/XMLPolyDataReader(\.js)?$/,
        replacement: imaging('noXmlReader.ts'),
      },
      { find: /^(fs|path)$/, replacement: imaging('noNode.ts') },
    ],
  },
  // Dev server only. The loader starts its decode worker with new URL('./decodeImageFrameWorker.js', import.meta.url),
  // and finds its wasm the same way: prebundling would move it away from those files, so it stays out. What it imports
  // is CommonJS and has to be prebundled.
  optimizeDeps: {
    exclude: ['@cornerstonejs/dicom-image-loader'],
    include: [
      'dicom-parser',
      '@cornerstonejs/codec-charls/decodewasmjs',
      '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
      '@cornerstonejs/codec-libjxl/decodewasmjs',
      '@cornerstonejs/codec-openjpeg/decodewasmjs',
      '@cornerstonejs/codec-openjph/wasmjs',
    ],
  },
  // The decode workers are ES modules with dynamic imports.
  worker: { format: 'es' },
  server: {
    port: 5173,
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: host, ws: path === '/hubs' }])),
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 4000, modulePreload: { polyfill: false } },
  test: { include: ['src/**/*.test.ts'], environment: 'node', reporters: ['default', './dev/summary.mjs'] },
});
