/**
 * Milliseconds of processor time that some work took this thread. Time on the wall tells of the other tests on the machine: bounds of
 * linear work were missed on a loaded one.
 */
export function threadMsOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
