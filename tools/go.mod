// Keeps this folder out of the zip of the module example.com/protos.
module example.com/protos/tools

go 1.25.0
