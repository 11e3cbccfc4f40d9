// A client whose deadline always fires after the server has reset the stream.
import { runChangedDriver } from './changed-driver.fixture.ts';

await runChangedDriver(({ code, ...rest }) => ({ code: code === 'DEADLINE_EXCEEDED' ? 'CANCELLED' : code, ...rest }));
