import { PreconditionError } from '@example/service-kit';

/** Looks up whether users exist. */
export interface UserDirectory {
  /** @param id such as `usr-1` */
  has(id: string): Promise<boolean>;
}

/** The form of user ids. A customer id of another form does not belong to a user, and is not looked up. */
const userId = /^usr-[1-9]\d*$/;

/** @throws {PreconditionError} CUSTOMER if the customer has the id of a user, and there is no such user */
export async function checkCustomerIsKnown(users: UserDirectory, customerId: string): Promise<void> {
  if (!userId.test(customerId) || (await users.has(customerId))) return;
  const message = `there is no user ${customerId}: create the user first, or use the id of one that exists`;
  throw new PreconditionError(message, 'CUSTOMER', customerId);
}
