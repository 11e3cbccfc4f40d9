import { createConnectQueryKey } from '@connectrpc/connect-query';
import { UserService } from '@example/protos/user/v2';
import { useQueryClient } from '@tanstack/react-query';

/** @returns a function that marks what was read of UserService as old */
export function useRefreshUsers(): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: UserService, cardinality: undefined }) });
}
