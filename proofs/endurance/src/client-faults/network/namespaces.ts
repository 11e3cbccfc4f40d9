import { execFileSync } from 'node:child_process';
import { outputOf } from '@example/kit/programs';
import type { Host, Network, PacketFault } from './network.ts';

const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe' });

const targets: Readonly<Record<PacketFault, readonly string[]>> = {
  drop: ['DROP'],
  reset: ['REJECT', '--reject-with', 'tcp-reset'],
};

/**
 * A network in which each server has its own namespace and link, where the kernel can drop or reject packets. Needs
 * Linux, root, `ip` and `iptables`.
 */
export function namespaces(): Network {
  const added: string[] = [];
  const remove = () => {
    for (const name of added.splice(0)) ip('netns', 'del', name);
  };
  process.once('exit', remove);
  // Concurrent runs use different networks.
  const net = `10.${100 + (process.pid % 100)}`;
  return {
    name: 'network namespaces',
    // An address on the link of the first host that no host has, so that packets to it are lost.
    wrongAddress: `${net}.1.77`,
    addHost(index): Host {
      const name = `faults-${process.pid}-${index}`;
      const [near, far] = [`f${process.pid}-${index}`, 'eth0'];
      const address = `${net}.${index + 1}.2`;
      ip('netns', 'add', name);
      added.push(name);
      ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
      ip('address', 'add', `${net}.${index + 1}.1/24`, 'dev', near);
      ip('link', 'set', near, 'up');
      ip('-n', name, 'address', 'add', `${address}/24`, 'dev', far);
      for (const device of ['lo', far]) ip('-n', name, 'link', 'set', device, 'up');
      const launcher = ['ip', 'netns', 'exec', name];
      const iptables = (...args: readonly string[]) => outputOf('ip', ['netns', 'exec', name, 'iptables', ...args]);
      return {
        address,
        launcher,
        async setPackets(fault) {
          await iptables('-F', 'INPUT');
          if (fault !== undefined) await iptables('-A', 'INPUT', '-i', far, '-p', 'tcp', '-j', ...targets[fault]);
        },
      };
    },
    [Symbol.dispose]() {
      process.off('exit', remove);
      remove();
    },
  };
}

/** @returns the reason why this machine cannot have namespaces; undefined if it can */
export async function whyNoNamespaces(): Promise<string | undefined> {
  try {
    using network = namespaces();
    await network.addHost(0).setPackets?.('reset');
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}
