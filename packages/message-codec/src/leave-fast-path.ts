/**
 * Thrown and caught inside this package to leave the fast path: protobuf-es then handles the message, and throws if it
 * is invalid. It is a single preallocated object, because creating an error with its stack trace is slow.
 */
export const leaveFastPath = new Error('leave the fast path');
