// A build for any page: with an entry, Vite makes a script instead of a site.
export default {
  logLevel: 'warn',
  build: {
    outDir: 'built',
    lib: { entry: 'page.js', name: 'page', formats: ['iife'], fileName: () => 'bundle.js' },
  },
};
