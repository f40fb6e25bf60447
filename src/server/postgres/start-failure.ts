import { StartError } from "./start-error";

/** What PostgreSQL's programs write when they cannot start, and what that means to the person at the terminal. */
const KNOWN: readonly { readonly pattern: RegExp; readonly explain: (folder: string) => readonly [string, string] }[] =
  [
    {
      pattern: /No space left on device/i,
      explain: (folder) => [
        `The disk that holds ${folder} is full.`,
        "Free some space, or choose another place with --data DIR.",
      ],
    },
    {
      pattern: /could not bind|Address already in use/i,
      explain: () => [
        "The port chosen for PostgreSQL was taken by another program just now.",
        "Start again; another port is chosen.",
      ],
    },
    {
      pattern: /has wrong ownership|must be started by the user that owns the data directory|Permission denied/i,
      explain: (folder) => [
        `${folder} belongs to another user than the one PostgreSQL runs as.`,
        "Start as the user who made it, or choose another place with --data DIR.",
      ],
    },
    {
      pattern: /has invalid permissions/i,
      explain: (folder) => [
        `${folder}/cluster may be read by others, which PostgreSQL refuses.`,
        `Run: chmod 700 ${folder}/cluster`,
      ],
    },
    {
      pattern: /database files are incompatible|was initialized by PostgreSQL version/i,
      explain: (folder) => [
        `${folder} was made by another version of PostgreSQL.`,
        "Choose another place with --data DIR, or open the data with the version that made it.",
      ],
    },
    {
      pattern: /lock file .* already exists|Is another postmaster/i,
      explain: (folder) => [
        `Another PostgreSQL server runs on ${folder} and does not answer.`,
        `Stop it: its process id is the first line of ${folder}/cluster/postmaster.pid.`,
      ],
    },
    {
      pattern: /error while loading shared libraries|not found \(required by|ENOENT|cannot execute/i,
      explain: () => [
        "The embedded PostgreSQL cannot run on this system, which lacks a library that it needs.",
        "Set DATABASE_URL to a PostgreSQL server of your own (version 15 or later).",
      ],
    },
  ];

/** One clear sentence and its fix for the output of a failed initdb or pg_ctl. */
export function explainStartFailure(output: string, folder: string): StartError {
  const known = KNOWN.find(({ pattern }) => pattern.test(output));
  if (known !== undefined) return new StartError(...known.explain(folder));
  const last = output.trim().split("\n").slice(-3).join(" ");
  return new StartError(`PostgreSQL did not start: ${last}`, `The whole story is in ${folder}/server.log.`);
}
