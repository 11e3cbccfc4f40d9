import type { Logger } from 'pino';
import { certificatesOf, type Tls } from '../config/tls-files.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** A certificate that expires within this time, in milliseconds, causes a warning. */
const soonMs = 14 * day;

/** The certificates of a server, which may change while it runs. */
export interface FollowedCertificates {
  /** Reads the certificates again, and logs the result. If they are not usable, the old ones stay in use. */
  reload(): void;
  stop(): void;
}

/**
 * Checks every minute whether the certificates have changed, and warns every day when one of them expires soon.
 *
 * @param use applies new certificates
 */
export function followCertificates(read: () => Tls, use: (tls: Tls) => void, logger: Logger): FollowedCertificates {
  let current = read();
  warnOfExpiry(current, logger);

  const reload = (isNeeded: (next: Tls) => boolean) => {
    try {
      const next = read();
      if (!isNeeded(next)) return;
      use(next);
      current = next;
      logger.info('the certificates are reloaded');
    } catch (error) {
      logger.error({ err: error }, 'the new certificates are not usable: the old ones stay in use');
    }
    warnOfExpiry(current, logger);
  };
  const isChanged = ({ cert, key, clientCa }: Tls) =>
    cert !== current.cert || key !== current.key || clientCa !== current.clientCa;
  const timers = [setInterval(() => reload(isChanged), minute), setInterval(() => warnOfExpiry(current, logger), day)];
  return {
    reload: () => reload(() => true),
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

function warnOfExpiry({ cert, clientCa = '' }: Tls, logger: Logger): void {
  const now = Date.now();
  for (const [variable, pem] of [
    ['TLS_CERT', cert],
    ['TLS_CLIENT_CA', clientCa],
  ] as const) {
    for (const { subject, validFromDate, validToDate } of certificatesOf(pem)) {
      const problem = problemOf(validFromDate.getTime() - now, validToDate.getTime() - now);
      if (problem === undefined) continue;
      const fields = { variable, subject, validFrom: validFromDate, validTo: validToDate };
      logger.warn(fields, `a certificate of ${variable} ${problem}`);
    }
  }
}

/** Both times are in milliseconds, and negative when they have passed. */
function problemOf(validInMs: number, expiresInMs: number): string | undefined {
  if (validInMs > 0) return 'is not valid yet';
  if (expiresInMs <= 0) return 'has expired';
  return expiresInMs < soonMs ? `expires in ${Math.floor(expiresInMs / day)} days` : undefined;
}
