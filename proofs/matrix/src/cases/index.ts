import type { MatrixCase } from '../matrix-case.ts';
import { accessCases } from './access.ts';
import { orderCases } from './orders.ts';
import { fails } from './outcomes.ts';
import { resourceCases } from './resource.ts';
import { userCases } from './users.ts';
import { userV2Cases } from './users-v2.ts';

/** All cases, in the order of their calls on a fresh server. */
export const cases: readonly MatrixCase[] = [
  ...userCases,
  ...userV2Cases,
  ...orderCases,
  ...accessCases,
  ...resourceCases({
    api: 'user.v2',
    one: 'User',
    many: 'Users',
    sample: { name: 'Róisín', email: 'r@example.com' },
    byId: ['GetUser'],
  }),
  {
    name: 'a server that has ended',
    method: 'user.v1.UserService/GetUser',
    requests: [{ id: '1' }],
    isAfterEnd: true,
    expected: fails('UNAVAILABLE'),
  },
];
