import { createStore } from '../store.ts';

/** The signed-in user. */
export interface Session {
  readonly token: string;
  /** The claim `sub`. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** The time when the token expires; undefined if it does not. */
  readonly expires: Date | undefined;
}

const key = 'token';

/**
 * The token is kept only until the tab is closed, because other scripts of the origin could read it while it is stored.
 */
export const session = createStore<Session | undefined>(storedSession());

function storedSession(): Session | undefined {
  const token = sessionStorage.getItem(key);
  return token === null ? undefined : readToken(token);
}

export function signIn(signedIn: Session): void {
  sessionStorage.setItem(key, signedIn.token);
  session.set(signedIn);
}

export function signOut(): void {
  sessionStorage.removeItem(key);
  session.set(undefined);
}

/** Reads a JWT to show its contents. Only the services verify it. @returns undefined if it is not a JWT */
export function readToken(token: string): Session | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; scope?: unknown; exp?: unknown };
    if (typeof claims.sub !== 'string') return undefined;
    return {
      token,
      subject: claims.sub,
      scopes: typeof claims.scope === 'string' ? claims.scope.split(' ') : [],
      expires: typeof claims.exp === 'number' ? new Date(claims.exp * 1_000) : undefined,
    };
  } catch {
    return undefined;
  }
}
