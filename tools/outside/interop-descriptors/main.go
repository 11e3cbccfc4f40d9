// Command interop-descriptors writes the descriptors of the grpc.testing service to the file in its argument, as a
// google.protobuf.FileDescriptorSet. grpc-go's interop client calls that service; the module of grpc-go has the
// generated code, but not the protos.
package main

import (
	"log"
	"os"

	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

func main() {
	var set descriptorpb.FileDescriptorSet
	addWithImports(&set, grpc_testing.File_grpc_testing_test_proto, map[string]bool{})
	bytes, err := proto.Marshal(&set)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], bytes, 0o644); err != nil {
		log.Fatal(err)
	}
}

// Adds the imported files first, because each file must come after its imports.
func addWithImports(set *descriptorpb.FileDescriptorSet, file protoreflect.FileDescriptor, added map[string]bool) {
	if added[file.Path()] {
		return
	}
	added[file.Path()] = true
	imports := file.Imports()
	for i := range imports.Len() {
		addWithImports(set, imports.Get(i).FileDescriptor, added)
	}
	set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
}
