import type { InteropCase } from '../interop-case.ts';
import { accessCases } from './access.ts';
import { orderCases } from './orders.ts';
import { fails } from './outcomes.ts';
import { userCases } from './users.ts';
import { userV2Cases } from './users-v2.ts';

/** In the order in which they are made, on a fresh server. */
export const cases: readonly InteropCase[] = [
  ...userCases,
  ...userV2Cases,
  ...orderCases,
  ...accessCases,
  {
    name: 'a server that has ended',
    method: 'user.v1.UserService/GetUser',
    requests: [{ id: '1' }],
    isAfterEnd: true,
    expected: fails('UNAVAILABLE'),
  },
];
