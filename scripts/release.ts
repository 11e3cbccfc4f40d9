import '../tools/release/src/main.ts';
