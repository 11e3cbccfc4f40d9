"""A protoc plugin that makes the Python package `example_protos`.

It runs the three generators of grpcio-tools, and that of mypy-protobuf for the service stubs. Then it rewrites their
imports to start at the package: the generated code imports `user.v1`, from the root of the protos, which is not a module
of an installed wheel. Files of `google/` are left out: googleapis-common-protos has them.
(https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/compiler/plugin.proto)
"""

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import DescriptorProto, Edition, FileDescriptorProto, FileDescriptorSet

PACKAGE = "example_protos"


def main() -> None:
    request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    response = CodeGeneratorResponse(
        supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
        | CodeGeneratorResponse.FEATURE_SUPPORTS_EDITIONS,
        minimum_edition=Edition.EDITION_PROTO2,
        maximum_edition=Edition.EDITION_2023,
    )
    for name, content in with_packages(generate(request)).items():
        response.file.add(name=name, content=content)
    sys.stdout.buffer.write(response.SerializeToString())


def generate(request: CodeGeneratorRequest) -> dict[str, str]:
    files = [name for name in request.file_to_generate if not name.startswith("google/")]
    for file in request.proto_file:
        drop_json_names(file)
    with TemporaryDirectory() as folder:
        out = Path(folder, "out")
        out.mkdir()
        descriptors = Path(folder, "descriptors.binpb")
        descriptors.write_bytes(FileDescriptorSet(file=request.proto_file).SerializeToString())
        outputs = [f"--{name}_out={out}" for name in ("python", "pyi", "grpc_python", "mypy_grpc")]
        mypy_grpc = Path(sysconfig.get_path("scripts"), "protoc-gen-mypy_grpc")
        # Not abstract: servers that do not implement a new RPC keep working.
        mypy_grpc_opt = "quiet,generate_concrete_servicer_stubs"
        subprocess.run(
            [sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={descriptors}",
             f"--plugin=protoc-gen-mypy_grpc={mypy_grpc}", f"--mypy_grpc_opt={mypy_grpc_opt}",
             *outputs, *files],
            check=True,
        )  # fmt: skip
        roots = {name.split("/")[0] for name in files}
        made = sorted(path for path in out.rglob("*") if path.is_file())
        return {path.relative_to(out).as_posix(): from_package(path.read_text(), roots) for path in made}


def drop_json_names(parent: FileDescriptorProto | DescriptorProto) -> None:
    """Drops the default JSON names, which buf adds. A process that has two copies of a file, such as another one made by
    protoc, requires that their descriptors are equal."""
    messages = parent.message_type if isinstance(parent, FileDescriptorProto) else parent.nested_type
    for field in [*parent.extension, *(field for message in messages for field in message.field)]:
        if field.json_name == json_name(field.name):
            field.ClearField("json_name")
    for message in messages:
        drop_json_names(message)


def json_name(name: str) -> str:
    return re.sub("_+(.?)", lambda match: match[1].upper(), name)


def from_package(code: str, roots: set[str]) -> str:
    """Prefixes imports, and the names that refer to them, with the package."""
    for root in roots:
        code = re.sub(rf"^(from|import) {root}\.", rf"\1 {PACKAGE}.{root}.", code, flags=re.MULTILINE)
        code = re.sub(rf"(?<![\w.'\"]){root}\.(v\d+)\.(\w+_pb2)", rf"{PACKAGE}.{root}.\1.\2", code)
    return code


def with_packages(files: dict[str, str]) -> dict[str, str]:
    """Adds the files that make folders a typed package (PEP 561)."""
    folders = {parent for name in files for parent in Path(name).parents}
    return files | {(folder / "__init__.py").as_posix(): "" for folder in folders} | {"py.typed": ""}


main()
