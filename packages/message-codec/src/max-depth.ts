/** The maximum nesting depth of messages, including the outermost one; the same as in protobuf-es. */
export const maxDepth = 100;
