import path from 'node:path';
import { defineConfig } from 'vite';
import { cataloguePlugin, SCHEMAS } from '../scripts/console/catalogue-plugin.ts';

/** The page is plain files below any path: what it must know of its hub it reads from `config.json` beside it. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [cataloguePlugin(SCHEMAS)],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: path.join(import.meta.dirname, '..', 'dist', 'console'),
    emptyOutDir: true,
    target: 'es2023',
    // Files, and no `data:` URLs: the content security policy can stay narrow.
    assetsInlineLimit: 0,
    // One style sheet, of some 9 kB: a page whose own had failed to load once would stay without, however often it is tried.
    cssCodeSplit: false,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, report) {
        // "use client" is for servers that render; there is none here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
