import { describe, expect, it } from 'vitest';
import { headerList, sharedHeaderList } from '../headers/header-list.ts';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';

const kibi64 = 64 * 1024;

function decoding(limit = kibi64) {
  const decoder = new HpackDecoder(limit);
  return (hex: string) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    return decoder.decode(bytes, 0, bytes.length);
  };
}

const fieldsOf = ({ headers }: ReturnType<HpackDecoder['decode']>) =>
  headers.fields.map(({ name, value }) => `${name}: ${value}`);

const first = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
const second = [...first, 'cache-control: no-cache'];
const third = [
  ':method: GET',
  ':scheme: https',
  ':path: /index.html',
  ':authority: www.example.com',
  'custom-key: custom-value',
];

describe('the decoder reads the example of RFC 7541, appendix', () => {
  it.each([
    ['C.2.1', '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', 'custom-key: custom-header'],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', ':path: /sample/path'],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', 'password: secret'],
    ['C.2.4', '82', ':method: GET'],
  ])('%s', (_name, hex, field) => {
    expect(fieldsOf(decoding()(hex))).toEqual([field]);
  });

  it('C.3: requests without Huffman', () => {
    const decode = decoding();
    expect(fieldsOf(decode('8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d'))).toEqual(first);
    expect(fieldsOf(decode('8286 84be 5808 6e6f 2d63 6163 6865'))).toEqual(second);
    expect(fieldsOf(decode('8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65'))).toEqual(third);
  });

  it('C.4: requests with Huffman', () => {
    const decode = decoding();
    expect(fieldsOf(decode('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'))).toEqual(first);
    expect(fieldsOf(decode('8286 84be 5886 a8eb 1064 9cbf'))).toEqual(second);
    expect(fieldsOf(decode('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'))).toEqual(third);
  });

  it('C.5, with the evictions of a table of 256 bytes', () => {
    const decode = decoding();
    const date = (second: number) => `date: Mon, 21 Oct 2013 20:13:${second} GMT`;
    const location = 'location: https://www.example.com';
    // The examples of the RFC limit the table by a setting; this test uses a table size update instead.
    expect(
      fieldsOf(
        decode(
          [
            '3fe101 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133',
            '2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63',
            '6f6d',
          ].join(' '),
        ),
      ),
    ).toEqual([':status: 302', 'cache-control: private', date(21), location]);
    expect(fieldsOf(decode('4803 3330 37c1 c0bf'))).toEqual([
      ':status: 307',
      'cache-control: private',
      date(21),
      location,
    ]);
    const third = decode(
      [
        '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04',
        '677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49',
        '553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
      ].join(' '),
    );
    expect(fieldsOf(third)).toEqual([
      ':status: 200',
      'cache-control: private',
      date(22),
      location,
      'content-encoding: gzip',
      'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ]);
  });
});

describe('the decoder', () => {
  it.each([
    ['6.1: index 0', '80'],
    ['2.3.3: an index beyond both tables', 'be'],
    ['5.1: an integer of six octets', 'ff8080808000'],
    ['5.1: an incomplete integer', 'ff80'],
    ['5.2: a string longer than the block', '400a61'],
    ['5.2: a missing string', '40'],
    ['4.2: a table larger than SETTINGS_HEADER_TABLE_SIZE', '3fe21f'],
    ['4.2: a table size update after a field', '8220'],
  ])('rejects, by RFC 7541, %s', (_name, hex) => {
    expect(() => decoding()(hex)).toThrow();
  });

  it('returns the same list for the same bytes while the table is unchanged', () => {
    const decode = decoding();
    decode('4001 6101 62');
    const [one, other] = [decode('be'), decode('be')];
    expect(other.headers).toBe(one.headers);
    expect(decode('bebe').headers).not.toBe(one.headers);
    decode('4001 6301 64');
    expect(fieldsOf(decode('be'))).toEqual(['c: d']);
    expect(fieldsOf(decode('bf'))).toEqual(['a: b']);
    expect(decode('bf').headers.fields[0]).toBe(one.headers.fields[0]);
  });

  it('returns the same list for a repeated block with a long field that is not in the table', () => {
    const decode = decoding();
    // RFC 7541, section 6.2.3: a name of one octet, and a value of 300.
    const block = (end: string) => `1001 617f ad01 ${'62'.repeat(298)} ${end}`;
    const one = decode(block('6363'));
    expect(decode(block('6363')).headers).toBe(one.headers);
    expect(decode(block('6364')).headers.get('a')).toBe(`${'b'.repeat(298)}cd`);
  });

  it('empties its table for a field that is larger than the table', () => {
    const decode = decoding();
    decode('3f09 4001 6101 62');
    expect(fieldsOf(decode('be'))).toEqual(['a: b']);
    decode(`4001 6340 ${'64'.repeat(64)}`);
    expect(() => decode('be')).toThrow();
  });

  it('evicts the fields for which a smaller table has no room', () => {
    const decode = decoding();
    decode('4001 6101 62');
    decode('20 3fe11f');
    expect(() => decode('be')).toThrow();
  });

  it('drops fields beyond the list limit, but inserts them into the table', () => {
    const decode = decoding(40);
    const block = decode('4001 6101 62 4001 6301 64');
    expect(block.isTooLarge).toBe(true);
    expect(fieldsOf(block)).toEqual(['a: b']);
    expect(fieldsOf(decode('be'))).toEqual(['c: d']);
  });
});

const response = sharedHeaderList([
  [':status', '200'],
  ['content-type', 'application/grpc'],
]);
const trailers = sharedHeaderList([['grpc-status', '0']]);

describe('the encoder', () => {
  it('needs one byte per field of a shared list after its first use', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(kibi64);
    const sizes = [response, trailers, response, trailers, response].map((list) => {
      const block = encoder.encode(list);
      expect(fieldsOf(decoder.decode(block, 0, block.length))).toEqual(
        list.fields.map(({ name, value }) => `${name}: ${value}`),
      );
      return block.length;
    });
    expect(sizes.slice(2)).toEqual([2, 1, 2]);
    expect(encoder.encode(response)).toBe(encoder.encode(response));
  });

  it('inserts neither fields of unshared lists nor sensitive fields into the table', () => {
    const encoder = new HpackEncoder();
    const once = headerList([['x-one', 'a']]);
    const secret = sharedHeaderList([['set-cookie', 'secret']]);
    for (const list of [once, secret]) expect(encoder.encode(list).length).toBe(encoder.encode(list).length);
    // RFC 7541, section 6.2.3: never indexed.
    expect((encoder.encode(secret)[0] as number) & 0xf0).toBe(0x10);
  });

  it('signals that its table was emptied when its size was reduced and restored', () => {
    const encoder = new HpackEncoder();
    encoder.encode(trailers);
    encoder.setPeerTableSize(0);
    encoder.setPeerTableSize(4096);
    // RFC 7541, section 4.2.
    expect(encoder.encode(trailers).toString('hex')).toMatch(/^203fe11f40/);
  });

  it.each([0, 40, 100, 4096, 65_536])('respects a table of %i bytes from the next block on', (size) => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(kibi64);
    const lists = [response, trailers, sharedHeaderList([['x-large', 'y'.repeat(3_000)]])];
    const exchange = () => {
      for (const list of [...lists, ...lists, ...lists]) {
        const block = encoder.encode(list);
        const { headers } = decoder.decode(block, 0, block.length);
        expect(headers.fields.map(({ value }) => value)).toEqual(list.fields.map(({ value }) => value));
      }
    };
    exchange();
    encoder.setPeerTableSize(size);
    const update = Buffer.from(encoder.encode(trailers));
    // RFC 7541, section 4.2: the smallest and the last size are signalled, unless nothing has changed.
    expect(update[0] === 0x20).toBe(size < 4096);
    decoder.decode(update, 0, update.length);
    exchange();
    encoder.setPeerTableSize(4096);
    exchange();
  });
});

describe('headerList', () => {
  it.each([
    ['X-Upper', 'a'],
    ['a b', 'a'],
    ['', 'a'],
    ['a', 'b\r\nc: d'],
    ['a', 'b\0'],
    ['a', ' b'],
    ['connection', 'close'],
    ['te', 'gzip'],
  ])('rejects the field %j: %j', (name, value) => {
    expect(() => headerList([[name, value]])).toThrow(TypeError);
  });
});
