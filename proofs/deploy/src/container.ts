import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, Program } from '@example/kit/programs';
import type { ImageSettings } from './image.ts';
import type { Container, PodSpec } from './kubernetes-objects.ts';

export interface ContainerOptions {
  /** The root file system of the image. */
  readonly root: string;
  readonly image: ImageSettings;
  readonly pod: PodSpec;
  /** A folder for the configuration of crun. */
  readonly folder: string;
  /** The folders of this machine for the volumes of the pod, by the names of the volumes. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** A container with its own network. */
export interface RunningContainer {
  readonly program: Program;
  /** Runs a Node script in the network of the container. @returns the output of the script */
  inNetwork(script: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /** Sends SIGTERM to its process 1. @returns the exit code */
  end(): Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Runs the container of a pod by crun, with the security context, the variables and the mounts of the pod. */
export async function runContainer(options: ContainerOptions): Promise<RunningContainer> {
  const id = `deploy-${randomUUID().slice(0, 8)}`;
  const bundle = join(options.folder, id);
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(specOf(options)));
  const crun = ['--cgroup-manager=disabled', '--root', join(options.folder, 'crun')];
  // crun refuses machines with both versions of cgroups. In a separate mount namespace, this hides one of them.
  const script = 'ip link set lo up; umount /sys/fs/cgroup/unified 2>/dev/null; exec crun "$@"';
  const args = ['--net', '--mount', 'sh', '-c', script, 'sh', ...crun, 'run', '--bundle', bundle, id];
  const { onLine } = options;
  const program = new Program('unshare', args, { name: id, ...(onLine && { onLine }) });
  const network = ['--net', '--target', `${program.pid}`];
  return {
    program,
    inNetwork: (code, env = {}) =>
      outputOf('nsenter', [...network, process.execPath, '--input-type=module', '--eval', code], { env }),
    async end() {
      await outputOf('crun', [...crun, 'kill', id, 'TERM']);
      return (await program.ended).code;
    },
    async [Symbol.asyncDispose]() {
      await program.end('SIGKILL');
      await outputOf('crun', [...crun, 'delete', '--force', id]).catch(() => {});
    },
  };
}

/** The configuration of the container: https://github.com/opencontainers/runtime-spec/blob/main/config.md */
function specOf({ root, image, pod, volumes }: ContainerOptions): object {
  const [container] = pod.containers;
  const { runAsUser: uid = 0, runAsGroup: gid = 0, fsGroup } = pod.securityContext ?? {};
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext ?? {};
  const kept = capabilities?.drop?.includes('ALL') ? [] : ['CAP_DAC_OVERRIDE'];
  const env = { ...image.env, ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])) };
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid, ...(fsGroup !== undefined && { additionalGids: [fsGroup] }) },
      args: image.entrypoint,
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      cwd: '/',
      noNewPrivileges: allowPrivilegeEscalation === false,
      capabilities: { bounding: kept, effective: kept, permitted: kept },
    },
    root: { path: root, readonly: readOnlyRootFilesystem === true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      ...container.volumeMounts.map((mount) => bindMount(mount, volumes)),
    ],
    linux: {
      // Without a network namespace of its own, the container keeps the network of crun.
      namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }, { type: 'uts' }],
    },
  };
}

function bindMount(
  { name, mountPath, readOnly }: Container['volumeMounts'][number],
  volumes: Readonly<Record<string, string>>,
): object {
  const source = volumes[name];
  if (source === undefined) throw new Error(`there is no folder for the volume ${name}`);
  return { destination: mountPath, type: 'bind', source, options: ['bind', readOnly ? 'ro' : 'rw', 'nosuid', 'nodev'] };
}
