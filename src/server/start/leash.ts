/**
 * Loaded before a supervised program (`node --import`): ends it when the supervisor is gone, so that `kill -9` of the
 * supervisor leaves no process behind that would still hold a port or a lease.
 */
const GRACE_MS = 5_000;

process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS);
});
process.channel?.unref();
