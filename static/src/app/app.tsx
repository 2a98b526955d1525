// Before the router, whose listeners must come after its own.
import '@/ui/hold-back';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { BrowserRouter } from 'react-router';
import { Problem } from '@/api/problem';
import { session } from '@/api/session';
import { ErrorBoundary } from '@/ui/error-boundary';
import { colorSchemes, resolveVariables, theme } from '@/ui/theme';
import { AppRoutes } from './routes';

/** A 401 that survived the renewal means that the login is over, whoever asked. */
function onError(error: unknown): void {
  if (error instanceof Problem && error.status === 401 && session.current()) session.refuse();
}

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (!mutation.options.meta?.signsIn && !mutation.options.meta?.provesPassword) onError(error);
    },
  }),
  defaultOptions: {
    queries: {
      // Only what may pass by itself is worth asking again.
      retry: (failures, error) =>
        failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      staleTime: 10_000,
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colorSchemes}
        cssVariablesResolver={resolveVariables}
      >
        <Notifications position="bottom-center" limit={4} />
        <ErrorBoundary>
          <BrowserRouter>
            <AppRoutes />
          </BrowserRouter>
        </ErrorBoundary>
      </MantineProvider>
    </QueryClientProvider>
  );
}
