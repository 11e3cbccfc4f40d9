export { buildGo, needGo, runGo } from './go.ts';
export { PythonEnvironment } from './python.ts';
export { ToolchainMissingError } from './toolchain-missing-error.ts';
