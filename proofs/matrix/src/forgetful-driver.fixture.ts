// A client that drops the e-mail address of user 5.
import { runChangedDriver } from './changed-driver.fixture.ts';

await runChangedDriver(({ responses, ...rest }) => {
  const changed = responses.map(({ email, ...other }) => (other['id'] === '5' ? other : { ...other, email }));
  return { responses: changed as typeof responses, ...rest };
});
