import { ErrorCode } from '@example/http2';
import { Flag, FrameType } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import type { ClientScript } from '../generate/client-script.ts';
import { randomFields } from '../generate/random-fields.ts';
import type { Field } from '../generate/random-hpack.ts';
import type { Violation } from './frame-violations.ts';

type Headers = (random: Random) => readonly Field[];

const method: Field = [':method', 'GET'];
const scheme: Field = [':scheme', 'http'];
const path: Field = [':path', '/ok'];
const authority: Field = [':authority', 'localhost'];
const line = [method, scheme, path, authority];

/** A complete request with malformed headers: RFC 9113, section 8.1.1. */
function malformed(headers: Headers): Violation {
  return (script, random) => {
    const id = script.nextId;
    script.nextId += 2;
    script.headers(id, headers(random), true);
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.PROTOCOL_ERROR] };
  };
}

/** Valid header fields with an invalid field at a random place. */
function withField(make: (random: Random) => Field): Violation {
  return malformed((random) => [...line, ...random.shuffled([make(random), ...randomFields(random)])]);
}

const without = (left: Field) =>
  malformed((random) => [...random.shuffled(line.filter((field) => field !== left)), ...randomFields(random)]);
const instead = (other: Field) => malformed(() => line.map((field) => (field[0] === other[0] ? other : field)));

/** A request whose body does not match content-length: RFC 9113, section 8.1.1. */
function wrongLength(length: string, send: (script: ClientScript, id: number) => void): Violation {
  return (script) => {
    const { id } = script.request({ path: '/held', ends: false, fields: [['content-length', length]] });
    send(script, id);
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.PROTOCOL_ERROR] };
  };
}

/** A request with malformed trailers. */
function badTrailers(fields: readonly Field[], ends = true): Violation {
  return (script) => {
    const { id } = script.request({ path: '/held', ends: false });
    script.headers(id, fields, ends);
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.PROTOCOL_ERROR] };
  };
}

const controls = ['\0', '\r', '\n', '\x01', '\x1f', '\x7f'];
const notInNames = [' ', '\0', '\r', '\n', ':', 'A', 'Z', '"', '(', '\x7f', '\x80', '\xff'];

/** Violations by requests: RFC 9113, section 8. */
export const messageViolations: Readonly<Record<string, Violation>> = {
  '8.1: trailers without END_STREAM': badTrailers([['a', 'b']], false),
  '8.1: trailers with a pseudo-header field': badTrailers([[':path', '/']]),
  '8.1.1: less DATA than content-length': wrongLength('10', (script, id) =>
    script.frame(FrameType.DATA, Flag.END_STREAM, id, Buffer.alloc(9)),
  ),
  '8.1.1: more DATA than content-length': wrongLength('10', (script, id) =>
    script.frame(FrameType.DATA, 0, id, Buffer.alloc(11)),
  ),
  '8.1.1: content-length without DATA': malformed(() => [...line, ['content-length', '1']]),
  '8.1.1: content-length, and trailers without DATA': wrongLength('10', (script, id) =>
    script.headers(id, [['a', 'b']], true),
  ),
  '8.2.1: an invalid character in a name': withField((random) => [`a${random.pick(notInNames)}b`, 'c']),
  '8.2.1: an empty name': withField(() => ['', 'c']),
  '8.2.1: a value with a control character': withField((random) => ['a', `b${random.pick(controls)}c`]),
  '8.2.2: a connection-specific field': withField((random) => [
    random.pick(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']),
    random.pick(['', 'chunked', 'close', 'h2c']),
  ]),
  '8.2.2: TE with another value': withField((random) => ['te', random.pick(['gzip', 'trailers, deflate', ''])]),
  '8.3: a pseudo-header field after a regular one': malformed((random) => {
    const last = random.pick(line);
    return [...line.filter((field) => field !== last), ['a', 'b'], last];
  }),
  '8.3: a pseudo-header field twice': malformed((random) => random.shuffled([...line, random.pick(line)])),
  '8.3: an unknown pseudo-header field': malformed((random) => random.shuffled([...line, [':protocol', 'websocket']])),
  '8.3: :status in a request': malformed((random) => random.shuffled([...line, [':status', '200']])),
  '8.3.1: no :method': without(method),
  '8.3.1: no :scheme': without(scheme),
  '8.3.1: no :path': without(path),
  '8.3.1: an empty :path': instead([':path', '']),
  '8.3.1: a :path without a slash': instead([':path', 'ok']),
  '8.3.1: a user in :authority': instead([':authority', 'me@localhost']),
  '8.3.1: another host than :authority': malformed(() => [...line, ['host', 'elsewhere']]),
  '8.5: CONNECT with :path': instead([':method', 'CONNECT']),
  'RFC 9110, 8.6: two values of content-length': malformed(() => [
    ...line,
    ['content-length', '0'],
    ['content-length', '1'],
  ]),
  'RFC 9110, 8.6: a content-length that is not a number': withField((random) => [
    'content-length',
    random.pick(['-1', '+1', '0x1', '1 ', '', '1,1', '99999999999999999999']),
  ]),
};
