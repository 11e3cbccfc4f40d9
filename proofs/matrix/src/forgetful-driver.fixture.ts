// A client that loses the e-mail address of user 5.
import { runChangedDriver } from './changed-driver.fixture.ts';

await runChangedDriver(({ answers, ...rest }) => {
  const forgotten = answers.map(({ email, ...answer }) => (answer['id'] === '5' ? answer : { ...answer, email }));
  return { answers: forgotten as typeof answers, ...rest };
});
