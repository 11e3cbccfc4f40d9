import { execFileSync } from 'node:child_process';
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** @returns the google.protobuf.FileDescriptorSet of a repository's protos, with their imports and comments */
export function buildDescriptors(root: string): Buffer {
  const args = ['build', '--as-file-descriptor-set', '-o', '-#format=binpb'];
  return execFileSync('buf', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024 });
}

/** @param descriptors a google.protobuf.FileDescriptorSet with all imports */
export function registryOf(descriptors: Uint8Array): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
}
