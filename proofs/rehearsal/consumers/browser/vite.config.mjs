// Builds a script that any page can load. With `lib`, Vite builds a script instead of a site.
export default {
  logLevel: 'warn',
  build: {
    outDir: 'built',
    lib: { entry: 'page.js', name: 'page', formats: ['iife'], fileName: () => 'bundle.js' },
  },
};
