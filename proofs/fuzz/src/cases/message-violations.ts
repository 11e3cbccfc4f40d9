import type { Random } from '@example/kit/random';
import type { ClientScript } from '../client/client-script.ts';
import { randomFields } from '../client/random-fields.ts';
import type { Field } from '../client/random-hpack.ts';
import { ErrorCode, Flag, FrameType } from '../engine.ts';
import type { Violation } from './violations.ts';

type Headers = (random: Random) => readonly Field[];

const method: Field = [':method', 'GET'];
const scheme: Field = [':scheme', 'http'];
const path: Field = [':path', '/answer'];
const authority: Field = [':authority', 'localhost'];
const line = [method, scheme, path, authority];

/** A complete request with these headers, which is malformed: RFC 9113, section 8.1.1. */
function malformed(headers: Headers): Violation {
  return (script, random) => {
    const id = script.nextId;
    script.nextId += 2;
    script.headers(id, headers(random), true);
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.PROTOCOL_ERROR] };
  };
}

/** The request line and other fields, among which the wrong one is at any place. */
function withField(make: (random: Random) => Field): Violation {
  return malformed((random) => [...line, ...random.shuffled([make(random), ...randomFields(random)])]);
}

const without = (left: Field) =>
  malformed((random) => [...random.shuffled(line.filter((field) => field !== left)), ...randomFields(random)]);
const instead = (other: Field) => malformed(() => line.map((field) => (field[0] === other[0] ? other : field)));

/** A request whose DATA are not as long as it says: RFC 9113, section 8.1.1. */
function lies(length: string, send: (script: ClientScript, id: number) => void): Violation {
  return (script) => {
    const { id } = script.request({ path: '/held', ends: false, fields: [['content-length', length]] });
    send(script, id);
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.PROTOCOL_ERROR] };
  };
}

/** Trailers that are malformed. */
function badTrailers(fields: readonly Field[], ends = true): Violation {
  return (script) => {
    const { id } = script.request({ path: '/held', ends: false });
    script.headers(id, fields, ends);
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.PROTOCOL_ERROR] };
  };
}

const controls = ['\0', '\r', '\n', '\x01', '\x1f', '\x7f'];
const notInNames = [' ', '\0', '\r', '\n', ':', 'A', 'Z', '"', '(', '\x7f', '\x80', '\xff'];

/** Of requests: RFC 9113, section 8. */
export const messageViolations: Readonly<Record<string, Violation>> = {
  '8.1: trailers that do not end the stream': badTrailers([['a', 'b']], false),
  '8.1: trailers with a pseudo-header field': badTrailers([[':path', '/']]),
  '8.1.1: less DATA than content-length': lies('10', (script, id) =>
    script.frame(FrameType.DATA, Flag.END_STREAM, id, Buffer.alloc(9)),
  ),
  '8.1.1: more DATA than content-length': lies('10', (script, id) =>
    script.frame(FrameType.DATA, 0, id, Buffer.alloc(11)),
  ),
  '8.1.1: content-length, and no DATA': malformed(() => [...line, ['content-length', '1']]),
  '8.1.1: content-length, and trailers at once': lies('10', (script, id) => script.headers(id, [['a', 'b']], true)),
  '8.2.1: a name with a character that it may not have': withField((random) => [`a${random.pick(notInNames)}b`, 'c']),
  '8.2.1: an empty name': withField(() => ['', 'c']),
  '8.2.1: a value with a control character': withField((random) => ['a', `b${random.pick(controls)}c`]),
  '8.2.1: a value with white space at an end': withField((random) => [
    'a',
    random.pick([' b', 'b ', '\tb', 'b\t', ' ']),
  ]),
  '8.2.2: a field of the connection': withField((random) => [
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
  '8.3.1: a :path without a slash': instead([':path', 'answer']),
  '8.3.1: a user in :authority': instead([':authority', 'me@localhost']),
  '8.3.1: another host than :authority': malformed(() => [...line, ['host', 'elsewhere']]),
  '8.5: CONNECT with :path': instead([':method', 'CONNECT']),
  'RFC 9110, 8.6: two values of content-length': malformed(() => [
    ...line,
    ['content-length', '0'],
    ['content-length', '1'],
  ]),
  'RFC 9110, 8.6: a content-length that is no number': withField((random) => [
    'content-length',
    random.pick(['-1', '+1', '0x1', '1 ', '', '1,1', '99999999999999999999']),
  ]),
};
