import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** SHA-256 over names and contents of files and folders; test files and build outputs do not count. */
export function hashInputs(root, paths) {
  const digest = createHash("sha256");
  for (const path of paths)
    for (const file of filesUnder(join(root, path)))
      digest.update(`${relative(root, file)}\0`).update(readFileSync(file));
  return digest.digest("hex");
}

const NOT_INPUTS = /(^|\/)(node_modules|dist|generated|testing)$|\.test\.tsx?$|\.tsbuildinfo$/;

function filesUnder(path) {
  if (!existsSync(path) || NOT_INPUTS.test(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** Remembers for each piece of a build the inputs it was last made from. */
export class Stamps {
  constructor(file) {
    this.file = file;
    this.hashes = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  }

  isFresh(piece, hash) {
    return this.hashes[piece] === hash;
  }

  write(piece, hash) {
    this.hashes[piece] = hash;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${JSON.stringify(this.hashes, null, 2)}\n`);
  }
}
