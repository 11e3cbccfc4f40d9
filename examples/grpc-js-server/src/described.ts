import { type DescFile, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { file_google_rpc_error_details } from '@example/protos/google/rpc/error_details';
import type { PackageDefinition } from '@grpc/proto-loader';
import { file_grpc_reflection_v1_reflection } from './gen/grpc/reflection/v1/reflection_pb.ts';
import { file_grpc_reflection_v1alpha_reflection } from './gen/grpc/reflection/v1alpha/reflection_pb.ts';
import { file_health_v1_health } from './gen/health/v1/health_pb.ts';

/**
 * The descriptors that reflection serves. @grpc/reflection adds none of its own, so this includes health, reflection
 * and the details of errors.
 *
 * The descriptors of proto-loader do not work here: they lack the imports of files and the names of maps, and grpcurl
 * rejects them. Generated code has complete descriptors.
 *
 * @param own the files that define the services
 */
export function describedWith(...own: readonly DescFile[]): PackageDefinition {
  const files = withImports([
    ...own,
    file_health_v1_health,
    file_grpc_reflection_v1_reflection,
    file_grpc_reflection_v1alpha_reflection,
    file_google_rpc_error_details,
  ]);
  const fileDescriptorProtos = [...files].map(({ proto }) => Buffer.from(toBinary(FileDescriptorProtoSchema, proto)));
  // @grpc/reflection reads no other part of a package definition.
  return { all: { fileDescriptorProtos } } as unknown as PackageDefinition;
}

function withImports(files: readonly DescFile[]): Set<DescFile> {
  return new Set(files.flatMap((file) => [...withImports(file.dependencies), file]));
}
