import '../proofs/rehearsal/src/main.ts';
