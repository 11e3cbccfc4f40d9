import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** The unit of CPU times in /proc: USER_HZ, which is 100 on every Linux. */
const ticksPerSecond = 100;

/** A rate, and the CPU that the server has used for it. */
export interface Measured {
  /** Calls or messages a second, or another figure of a workload. */
  readonly figure: number;
  /** CPU time of the server for each call or message, in microseconds. */
  readonly cpuMicroseconds?: number;
  /** The share of a core that the server has used. If it is well below 1, the load client limits the rate. */
  readonly cpuShare?: number;
}

/** The part of a run in which the load is steady, in milliseconds from its start. */
export interface SteadyWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Measures the CPU of a process, with its descendants, during a run that returns a rate a second. */
export async function withCpu(pid: number, window: SteadyWindow, run: () => Promise<number>): Promise<Measured> {
  const [figure, cpuShare] = await Promise.all([run(), shareOfCore(pid, window)]);
  return { figure, cpuShare, cpuMicroseconds: (cpuShare / figure) * 1e6 };
}

async function shareOfCore(pid: number, { fromMs, toMs }: SteadyWindow): Promise<number> {
  await setTimeout(fromMs);
  const [start, before] = [performance.now(), cpuSeconds(pid)];
  await setTimeout(toMs - fromMs);
  const [end, after] = [performance.now(), cpuSeconds(pid)];
  return (after - before) / ((end - start) / 1_000);
}

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

/** @returns the CPU time of a process and its descendants so far */
function cpuSeconds(pid: number): number {
  const all = readdirSync('/proc').flatMap((name) => processTimes(name) ?? []);
  const sum = (of: number): number =>
    all.reduce((total, each) => total + (each.parent === of ? each.seconds + sum(each.pid) : 0), 0);
  return (all.find((each) => each.pid === pid)?.seconds ?? Number.NaN) + sum(pid);
}

/** @param name a file of /proc. @returns undefined if it is not the folder of a process, or the process has ended */
function processTimes(name: string): ProcessTimes | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    return { pid: Number(name), ...parseStat(readFileSync(`/proc/${name}/stat`, 'utf8')) };
  } catch {
    return undefined;
  }
}

/** Reads /proc/PID/stat, see proc_pid_stat(5). The second field is a name that may have spaces and parentheses. */
export function parseStat(stat: string): Pick<ProcessTimes, 'parent' | 'seconds'> {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
}
