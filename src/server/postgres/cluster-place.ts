import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findPostgresBinaries, type PostgresBinaries } from "./binaries";
import { closedFolder, serverUser, type ServerUser } from "./server-user";

/** Where a cluster lives and with which programs and as whom it runs. */
export interface ClusterPlace {
  /** Holds `cluster` (the server's data), `password`, `port` and `server.log`. */
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | undefined;
}

/** Folders of the system that every user may enter, in order of preference. */
const OPEN_FOLDERS = ["/var/lib", "/var/tmp", "/tmp"];

/**
 * Makes the folder ready for the user the server runs as. Root often works under /root, where that user may not look:
 * then the programs are copied, and the data kept, in a folder of the system, with a link at `folder`.
 */
export function prepareClusterPlace(folder: string): ClusterPlace {
  const user = serverUser();
  const binaries = findPostgresBinaries();
  mkdirSync(dirname(folder), { recursive: true });
  const linked = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const closed = user && (closedFolder(dirname(folder), user) ?? closedFolder(dirname(binaries.postgres), user));
  if (user === undefined || (closed === undefined && !linked)) {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    giveTo(user, folder);
    return { folder, binaries, user };
  }
  const place = linked && existsSync(folder) ? readlinkSync(folder) : openPlace(user, folder);
  return { folder: place, binaries: copyPrograms(binaries, place), user };
}

function openPlace(user: ServerUser, folder: string): string {
  const parent = OPEN_FOLDERS.find((path) => existsSync(path) && closedFolder(path, user) === undefined) ?? "/tmp";
  const place = mkdtempSync(join(parent, "trainyard-postgres-"));
  giveTo(user, place);
  symlinkSync(place, folder);
  return place;
}

function copyPrograms(binaries: PostgresBinaries, place: string): PostgresBinaries {
  const copy = join(place, "native");
  const source = dirname(dirname(binaries.postgres));
  if (!existsSync(copy)) cpSync(source, copy, { recursive: true, verbatimSymlinks: true });
  const moved = (path: string): string => join(copy, "bin", basename(path));
  return { initdb: moved(binaries.initdb), pgCtl: moved(binaries.pgCtl), postgres: moved(binaries.postgres) };
}

function giveTo(user: ServerUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
