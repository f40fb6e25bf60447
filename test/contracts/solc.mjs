#!/usr/bin/env node
// Presents the compiler from npm with the command line of the native one, which is all that forge speaks.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(import.meta.url);
if (process.argv.includes("--version")) {
  const { version } = require("solc/package.json");
  process.stdout.write(
    `solc, the solidity compiler commandline interface\nVersion: ${version}+commit.00000000.Linux.g++\n`,
  );
} else {
  process.stdout.write(require("solc").compile(await text(process.stdin)));
}
