// Programs that the lockfile does not install, mainly Go and Python, and the reason to skip a test without them.
export { buildGo, goTools, runGo } from './go.ts';
export { findProgram, needProgram, type OutsideProgram, outsidePrograms } from './outside-programs.ts';
export { PythonEnvironment } from './python.ts';
export { examplePython, examplePythonPath, installPython, toolsPython } from './python-environments.ts';
export { skipReason } from './skip-reason.ts';
export { ToolchainMissingError } from './toolchain-missing-error.ts';
