/**
 * A named place between two steps of a money flow. Where TRAINYARD_FAILPOINT names it, the process dies here as by kill -9,
 * so that a test can show that the flow ends the same wherever it is cut. Does nothing otherwise.
 */
export function failpoint(name: string): void {
  if (process.env.TRAINYARD_FAILPOINT === name) process.kill(process.pid, "SIGKILL");
}
