import { Logger, run, type TaskList } from "graphile-worker";
import { platformEnv } from "../env";
import { log } from "../log";
import { createServices } from "../services";
import { TASKS } from "./catalogue";
import { startPeriodic } from "./periodic";

const settings = platformEnv();
const services = createServices(settings);

const taskList: TaskList = Object.fromEntries(
  Object.entries(TASKS).map(([name, task]) => [
    name,
    (payload: unknown) =>
      task.run(services.contextFor({ kind: "system", task: name }), payload, services).then(() => undefined),
  ]),
);

const logger = new Logger(() => (level, message) => {
  if (level === "error") log("error", message);
  if (level === "warning") log("warn", message);
});

const runner = await run({
  connectionString: settings.databaseUrl,
  concurrency: 4,
  pollInterval: 2_000,
  noHandleSignals: true,
  taskList,
  logger,
});
const periodic = startPeriodic(services, settings.databaseUrl);
log("info", "tasks are running");

const stop = async (): Promise<void> => {
  await periodic.stop();
  await runner.stop();
  await services.database.close();
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());
