import { type DescFile, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { file_google_rpc_error_details } from '@example/protos/google/rpc/error_details';
import type { PackageDefinition } from '@grpc/proto-loader';
import { file_grpc_reflection_v1_reflection } from './gen/grpc/reflection/v1/reflection_pb.ts';
import { file_grpc_reflection_v1alpha_reflection } from './gen/grpc/reflection/v1alpha/reflection_pb.ts';
import { file_health_v1_health } from './gen/health/v1/health_pb.ts';

/**
 * What reflection tells about services: @grpc/reflection knows nothing but what it is given, so that health, reflection and
 * the details of errors are in it too.
 *
 * It could be given what proto-loader has read, but that has lost which file imports which, and the names of maps: grpcurl
 * refuses it. Generated code has the descriptors whole.
 *
 * @param own that define the services
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
  // Nothing else of a package definition is looked at.
  return { all: { fileDescriptorProtos } } as unknown as PackageDefinition;
}

function withImports(files: readonly DescFile[]): Set<DescFile> {
  return new Set(files.flatMap((file) => [...withImports(file.dependencies), file]));
}
