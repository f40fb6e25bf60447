import { Logger, runOnce, type TaskList } from "graphile-worker";
import type { Services } from "@/server/services";
import { TASKS } from "@/server/tasks/catalogue";

/** The catalogue's tasks as the queue runs them. */
export function taskListOf(services: Services): TaskList {
  return Object.fromEntries(
    Object.entries(TASKS).map(([name, task]) => [
      name,
      async (payload: unknown) =>
        void (await task.run(services.contextFor({ kind: "system", task: name }), payload, services)),
    ]),
  );
}

/** Runs every task that is due now. What fails is tried again by a later call when its time has come. */
export async function workOffQueue(services: Services, connectionString: string): Promise<void> {
  const logger = new Logger(() => () => undefined);
  await runOnce({ connectionString, noHandleSignals: true, taskList: taskListOf(services), logger });
}
