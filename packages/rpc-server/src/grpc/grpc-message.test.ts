import { describe, expect, it } from 'vitest';
import { grpcMessage } from './grpc-message.ts';

describe('grpcMessage', () => {
  it.each([
    ['what: is, "wrong" @ [2] & ~', 'what: is, "wrong" @ [2] & ~'],
    ['100 %', '100 %25'],
    ['a\nb\t\x7f', 'a%0Ab%09%7F'],
    ['Ñ😀', '%C3%91%F0%9F%98%80'],
    ['%C3', '%25C3'],
  ])('sends %j as %j', (text, sent) => {
    expect(grpcMessage(text)).toBe(sent);
    expect(decodeURIComponent(sent)).toBe(text);
  });
});
