import '@fontsource-variable/inter/wght.css';
import './shell/mantine.css';
import './shell/app.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { queryClient } from './transport/query-client.ts';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    {/* The variables and classes that the provider would add as style elements are in the files above. */}
    <MantineProvider
      theme={{ respectReducedMotion: true }}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
