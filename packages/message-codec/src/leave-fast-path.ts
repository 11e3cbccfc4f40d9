/**
 * Thrown, and caught in this package, where a message or its bytes are not as they usually are: what is right then is protobuf-es's to
 * say. It is one object, for it has no stack to keep.
 */
export const irregular = new Error('not as it usually is');
