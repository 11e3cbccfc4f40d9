/** Whoever has them can push, make releases, or ask for the identity that the registries trust. */
const tokens = ['GH_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];

/** Does work, such as a build, whose programs do not get the tokens of this process. */
export async function withoutTokens<T>(work: () => Promise<T>): Promise<T> {
  const taken = tokens.flatMap((name) => {
    const token = process.env[name];
    return token === undefined ? [] : [[name, token] as const];
  });
  for (const [name] of taken) delete process.env[name];
  try {
    return await work();
  } finally {
    Object.assign(process.env, Object.fromEntries(taken));
  }
}
