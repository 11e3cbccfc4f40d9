import { type Command, runCommand, type Streams, wholeNumber } from '@example/kit/command-line';
import { crash, type Victim } from './crash-run.ts';

const usage = `Kills services, and processes of their PostgreSQL, under load, and compares acknowledged writes with
stored ones.

  pnpm test:soak crash [options]

  --kills N           kills of services on SQLite (1000)
  --backend-kills N   kills of processes of PostgreSQL (200)
  --longest-life N    the longest time between two kills, in milliseconds (1000)
  --seed N            repeat the kills of an earlier run
  --help              print this text
`;

/** The number of kills between two lines of progress. */
const progressKills = 50;

const text = { type: 'string' } as const;
const options = { kills: text, 'backend-kills': text, 'longest-life': text, seed: text } as const;

const command: Command<typeof options> = {
  usage,
  options,
  async run({ values, print }) {
    const longestLifeMs = wholeNumber('longest-life', values['longest-life'], 1_000);
    const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * 2 ** 32));
    const campaigns: readonly [Victim, number, string][] = [
      ['service', wholeNumber('kills', values.kills, 1_000), 'SQLite'],
      ['backend', wholeNumber('backend-kills', values['backend-kills'], 200), 'PostgreSQL'],
    ];
    print(`seed ${seed}`);
    let isPassed = true;
    for (const [victim, kills, store] of campaigns) {
      if (kills === 0) continue;
      const onKill = (done: number) => {
        if (done % progressKills === 0) print(`${store}: ${done} of ${kills} kills`);
      };
      for (const [name, findings] of await crash({ victim, kills, longestLifeMs, seed, onKill })) {
        const { acknowledged, lost, doubled, broken } = findings;
        print(`${store}, ${name}: ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${broken} broken`);
        isPassed &&= lost + doubled + broken === 0 && acknowledged > 0;
      }
    }
    print(isPassed ? 'nothing lost, nothing doubled' : `failed: repeat with --seed ${seed}`);
    return isPassed;
  },
};

/** Runs `pnpm test:soak crash`. @returns the exit code: 0 when nothing was lost, doubled or broken */
export async function runCrash(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}
