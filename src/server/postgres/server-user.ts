import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { StartError } from "./start-error";

/** The system user that the server runs as; absent where it is simply the user of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = "postgres";

/** PostgreSQL refuses to run as root, so root hands it to the user `postgres`, who is made where missing. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUp();
  if (known !== undefined) return known;
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]);
  } catch {
    throw refusal("and the user could not be made with useradd.");
  }
  const made = lookUp();
  if (made === undefined) throw refusal("and the user just made is not there.");
  return made;
}

function refusal(why: string): StartError {
  return new StartError(
    `PostgreSQL refuses to run as root, there is no user "${NAME}" to run it, ${why}`,
    "Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.",
  );
}

function lookUp(): ServerUser | undefined {
  const id = (flag: "-u" | "-g"): number =>
    Number(execFileSync("id", [flag, NAME], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

const OWNER_MAY_ENTER = 0o100;
const GROUP_MAY_ENTER = 0o010;
const ALL_MAY_ENTER = 0o001;

/** The nearest folder on the way to `path` that `user` may not enter, or undefined. Looks at mode bits, not at ACLs. */
export function closedFolder(path: string, user: ServerUser): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  const parent = dirname(path);
  const above = parent === path ? undefined : closedFolder(parent, user);
  if (above !== undefined || stat === undefined || !stat.isDirectory()) return above;
  const needed = stat.uid === user.uid ? OWNER_MAY_ENTER : stat.gid === user.gid ? GROUP_MAY_ENTER : ALL_MAY_ENTER;
  return (stat.mode & needed) === 0 ? path : undefined;
}
