import { createServer } from "node:http";
import { platformEnv } from "../env";
import { log } from "../log";
import { createServices } from "../services";
import { gatewayHandler } from "./handler";

const settings = platformEnv();
const services = createServices(settings);
const server = createServer(gatewayHandler(services, { leaseMs: settings.leaseMs }));
server.keepAliveTimeout = 30_000;
server.requestTimeout = 120_000;
server.on("error", (error: NodeJS.ErrnoException) => {
  log(
    "error",
    error.code === "EADDRINUSE"
      ? `Port ${settings.gatewayPort} is in use. Set TRAINYARD_GATEWAY_PORT to a free one.`
      : error.message,
  );
  process.exit(1);
});
server.listen(settings.gatewayPort, "127.0.0.1", () =>
  log("info", `gateway listens on 127.0.0.1:${settings.gatewayPort}`),
);

const stop = (): void => {
  server.close(() => void services.database.close().then(() => process.exit(0)));
  server.closeAllConnections();
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
