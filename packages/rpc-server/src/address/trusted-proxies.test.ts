import { describe, expect, it } from 'vitest';
import { TrustedProxies } from './trusted-proxies.ts';

const proxies = new TrustedProxies(['10.0.0.0/8', 'fd00::/8', 'unix']);

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:201', '192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:5::1', '2001:db8::5:0:0:1', '2001:db8:0:0::/64'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1', '2001:db8:0:0::/64'],
    ['::1', '::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
  ])('%s is %s, and counts as %s', (text, address, network) => {
    expect(proxies.peerOf(text)).toMatchObject({ address, network });
  });
});

describe('the client of a trusted proxy', () => {
  const client = (forwardedFor?: string, forwarded?: string, proxy = '10.0.0.1') =>
    proxies.clientOf(proxies.peerOf(proxy), forwardedFor, forwarded).address;

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['6.6.6.6, 192.0.2.1', '192.0.2.1'],
    ['6.6.6.6, 192.0.2.1, 10.1.1.1', '192.0.2.1'],
    ['10.2.2.2,10.1.1.1', '10.2.2.2'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['6.6.6.6, unknown, 10.1.1.1', '10.1.1.1'],
    ['6.6.6.6, ', '10.0.0.1'],
    ['', '10.0.0.1'],
    ['192.0.2.999', '10.0.0.1'],
    ['6.6.6.6, fd00::2', '6.6.6.6'],
  ])('by X-Forwarded-For: %s is %s', (field, expected) => {
    expect(client(field)).toBe(expected);
    expect(client(field, undefined, 'unix').replace('unix', '10.0.0.1')).toBe(expected);
  });

  it.each([
    ['for=192.0.2.1', '192.0.2.1'],
    ['For=6.6.6.6;proto=http, by=10.0.0.9;FOR="192.0.2.1:80"', '192.0.2.1'],
    ['for="[2001:db8::1]:4711";proto=https', '2001:db8::1'],
    ['for=192.0.2.1, for=10.1.1.1', '192.0.2.1'],
    ['for=6.6.6.6, for=_hidden', '10.0.0.1'],
    ['for=6.6.6.6, proto=http', '10.0.0.1'],
    ['for="6.6.6.6', '10.0.0.1'],
    ['for="open, for=192.0.2.1', '192.0.2.1'],
    ['for=192.0.2.1;host="a, for=6.6.6.6;x="', '10.0.0.1'],
    [String.raw`for=192.0.2.1;host="a, for=6.6.6.6;x=\""`, '10.0.0.1'],
  ])('by Forwarded: %s is %s', (field, expected) => {
    expect(client(undefined, field)).toBe(expected);
  });

  it('is the proxy when the two fields name different clients', () => {
    expect(client('192.0.2.1', 'for=192.0.2.1')).toBe('192.0.2.1');
    expect(client('192.0.2.1', 'for=6.6.6.6')).toBe('10.0.0.1');
  });

  it('is the peer itself if that is not a trusted proxy', () => {
    expect(proxies.peerOf('192.0.2.1').proxies).toBeUndefined();
    expect(proxies.peerOf('::ffff:10.0.0.1').proxies).toBe(proxies);
    expect(new TrustedProxies([]).peerOf('unix').proxies).toBeUndefined();
  });
});
