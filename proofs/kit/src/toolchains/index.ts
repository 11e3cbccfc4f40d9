// Programs that the lockfile does not install, mainly the Go toolchain and Python. Tests are skipped without them.
export { buildProgram, outsideModule, runInModule } from './module-programs.ts';
export { findProgram, needProgram, type OutsideProgram, outsidePrograms } from './outside-programs.ts';
export { PythonEnvironment } from './python.ts';
export { examplePython, examplePythonPath, installPython, toolsPython } from './python-environments.ts';
export { skipReason } from './skip-reason.ts';
export { ToolchainMissingError } from './toolchain-missing-error.ts';
