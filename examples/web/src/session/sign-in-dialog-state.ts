import { createStore } from '../store.ts';

/** Whether the sign-in dialog is open. */
export const signInDialog = createStore(false);
