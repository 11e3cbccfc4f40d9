// Plain JavaScript: a service loads this file before anything that takes time to load, because process 1 of a container
// ignores a signal without a handler. Until the service has started, SIGINT and SIGTERM end it with status 0, because
// there is nothing to drain.
import { onEndSignal } from './end-signals.js';

onEndSignal(() => process.exit(0));
