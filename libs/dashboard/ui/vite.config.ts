import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Wherever it is built, in a test for example, it is built for use.
process.env['NODE_ENV'] = 'production';

// The page is part of the package: nothing of it comes from anywhere else, and nothing is inlined that the content
// security policy would refuse.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    // One small file is less than many smaller ones.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
});
