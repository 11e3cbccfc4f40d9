import { createConnectQueryKey } from '@connectrpc/connect-query';
import { UserService } from '@example/protos/user/v2';
import { useQueryClient } from '@tanstack/react-query';

/** @returns a function that marks all cached responses of UserService as stale */
export function useRefreshUsers(): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: UserService, cardinality: undefined }) });
}
