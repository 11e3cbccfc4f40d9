import { describe, expect, it } from 'vitest';
import { encodeGrpcMessage } from './grpc-message.ts';

function encoded(text: string): string | null {
  const header = new Headers({ 'grpc-message': encodeURIComponent(text) });
  encodeGrpcMessage(header);
  return header.get('grpc-message');
}

describe('encodeGrpcMessage', () => {
  it.each([
    ['what: is, "wrong" @ [2] & ~', 'what: is, "wrong" @ [2] & ~'],
    ['100 %', '100 %25'],
    ['a\nb\t\x7f', 'a%0Ab%09%7F'],
    ['Ñ😀', '%C3%91%F0%9F%98%80'],
    ['%C3', '%25C3'],
  ])('sends %j as %j', (text, sent) => {
    expect(encoded(text)).toBe(sent);
    expect(decodeURIComponent(sent)).toBe(text);
  });

  it('leaves an answer without a message alone', () => {
    const header = new Headers({ 'grpc-status': '0' });
    encodeGrpcMessage(header);
    expect([...header]).toEqual([['grpc-status', '0']]);
  });
});
