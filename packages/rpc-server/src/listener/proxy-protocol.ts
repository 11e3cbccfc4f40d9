import { isIP } from 'node:net';
import type { Start } from './read-start.ts';

// The PROXY protocol: https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt

const text = 'PROXY ';
/** Section 2.1: the length of the line of version 1, with CRLF. */
const maxLineBytes = 107;

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n');
/** Section 2.2: the signature, version and command, family, length. */
const fixedBytes = 16;
/** The most bytes of addresses, and of extensions such as the certificate of the client. */
const maxVariableBytes = 8_192;

/** The address of the client; undefined when the proxy does not name one. */
type Header = Start<string | undefined>;

const invalid = { fault: 'an invalid PROXY header' };

/** Parses the header that a trusted proxy may send before any other data. @param bytes the first of a connection */
export function parseProxyHeader(bytes: Buffer): Header {
  if (isStart(bytes, signature)) return parseBinary(bytes);
  return isStart(bytes, Buffer.from(text)) ? parseLine(bytes) : { value: undefined, bytes: 0 };
}

function isStart(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

/** Version 1. */
function parseLine(bytes: Buffer): Header {
  const line = bytes.toString('latin1', 0, maxLineBytes);
  const end = line.indexOf('\r\n');
  if (end < 0) return line.length < maxLineBytes ? 'incomplete' : invalid;
  const [, family, address] = /^PROXY (?:UNKNOWN.*|(TCP[46]) (\S+) \S+ \d+ \d+)$/.exec(line.slice(0, end)) ?? ['', ''];
  const isValid = family !== '' && (address === undefined || isIP(address) !== 0);
  return isValid ? { value: address, bytes: end + 2 } : invalid;
}

/** Version 2. */
function parseBinary(bytes: Buffer): Header {
  if (bytes.length < fixedBytes) return 'incomplete';
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = bytes.readUInt16BE(14);
  if ((command !== 0x20 && command !== 0x21) || length > maxVariableBytes) return invalid;
  const end = fixedBytes + length;
  if (bytes.length < end) return 'incomplete';
  // LOCAL: the connection is the proxy's own, for example for a health check.
  if (command === 0x20) return { value: undefined, bytes: end };
  const addressLength = family === 0x11 ? 4 : family === 0x21 ? 16 : 0;
  if (length < 2 * addressLength + (addressLength && 4)) return invalid;
  const address = bytes.subarray(fixedBytes, fixedBytes + addressLength);
  return { value: addressLength === 0 ? undefined : format(address), bytes: end };
}

function format(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  return Array.from({ length: 8 }, (_, group) => address.readUInt16BE(2 * group).toString(16)).join(':');
}
