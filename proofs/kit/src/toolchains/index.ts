// Go and Python: their programs, and the reason to skip a test without them.
export { buildGo, goTools, needGo, runGo } from './go.ts';
export { PythonEnvironment } from './python.ts';
export { examplePython, examplePythonPath, installPython, toolsPython } from './python-environments.ts';
export { skipReason } from './skip-reason.ts';
export { ToolchainMissingError } from './toolchain-missing-error.ts';
