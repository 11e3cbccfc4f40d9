// Plain JavaScript: a service loads it before anything that takes time to load, because process 1 of a container
// ignores a signal that it has no handler for. Until the service has started, SIGINT and SIGTERM end it with status 0:
// there is nothing to drain.
import { onEndSignal } from './end-signals.js';

onEndSignal(() => process.exit(0));
