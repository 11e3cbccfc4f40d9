// Keeps this folder out of the zip of the module example.com/protos.
module example.com/protos/proofs

go 1.25.0
