// Part of `npm run check`: no floating point on money, anywhere. Reads every source file with its types:
//   1. no amount is turned into a number (Number, parseFloat, parseInt, unary plus, Math): only kernel/values/money.ts may,
//      where whole cents leave for a payment API;
//   2. nothing that is named as money is declared as a number;
//   3. no column, cast or field that holds money is a float in SQL or in the Prisma schema.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The border: whole cents become the numbers that payment APIs take, exactly. */
const BORDER = ["src/kernel/values/money.ts"];
/** A stand-in for Stripe counts in Stripe's own numbers, which are whole cents. */
const FOREIGN = /^src\/server\/stripe-sandbox\//;
const MONEY_NAME = /(Micros|micros|[Pp]rice|[Ff]eeAmount|[Bb]alanceAfter)$/;
const TO_NUMBER = new Set(["Number", "parseFloat", "parseInt"]);
const FLOAT = "(float4|float8|float|double precision|real|numeric|decimal)";

const problems = [];
const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(fileNames, { ...options, noEmit: true, incremental: false });
const checker = program.getTypeChecker();
let files = 0;
for (const source of program.getSourceFiles()) {
  const path = relative(root, source.fileName);
  const isOurs = path.startsWith("src/") && !path.includes("/generated/") && !/\.test\.tsx?$/.test(path);
  if (!isOurs || BORDER.includes(path) || FOREIGN.test(path)) continue;
  files++;
  visit(source, source, path);
}
checkSql();

if (problems.length > 0) {
  process.stdout.write(`${problems.join("\n")}\n${problems.length} places treat money as a floating point number.\n`);
  process.exit(1);
}
process.stdout.write(`No floating point on money in ${files} files.\n`);

function visit(node, source, path) {
  const report = (why) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    problems.push(`${path}:${line + 1}: ${why}: ${node.getText(source).split("\n")[0].slice(0, 100)}`);
  };
  if (ts.isCallExpression(node) && isNumberMaker(node.expression) && node.arguments.some(isMoney))
    report("an amount becomes a floating point number");
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.PlusToken && isMoney(node.operand))
    report("an amount becomes a floating point number");
  if (isDeclaration(node) && ts.isIdentifier(node.name) && MONEY_NAME.test(node.name.text) && isNumber(node))
    report("money is declared as a number");
  ts.forEachChild(node, (child) => visit(child, source, path));
}

function isNumberMaker(callee) {
  if (ts.isIdentifier(callee)) return TO_NUMBER.has(callee.text);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const owner = callee.expression.getText();
  return owner === "Math" || (owner === "Number" && callee.name.text.startsWith("parse"));
}

function isMoney(node) {
  const type = checker.getTypeAtLocation(node);
  if (type.aliasSymbol?.name === "Micros" || checker.typeToString(type) === "Micros") return true;
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  return ts.isIdentifier(name) && /Micros$/.test(name.text);
}

function isDeclaration(node) {
  return (
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isPropertyAssignment(node)
  );
}

function isNumber(node) {
  const type = checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => (part.flags & (ts.TypeFlags.Number | ts.TypeFlags.NumberLiteral)) !== 0);
}

function checkSql() {
  for (const path of listFiles("prisma")) {
    const lines = readFileSync(join(root, path), "utf8").split("\n");
    lines.forEach((line, index) => {
      const isField = path.endsWith(".prisma") && /^\s*\w*[Mm]icros\w*\s+(Float|Decimal)\b/.test(line);
      const isColumn = path.endsWith(".sql") && new RegExp(`"\\w*[Mm]icros\\w*"[^,]*\\b${FLOAT}\\b`, "i").test(line);
      if (isField || isColumn) problems.push(`${path}:${index + 1}: money is a float: ${line.trim()}`);
    });
  }
  for (const path of listFiles("src").filter((name) => /\.ts$/.test(name) && !name.includes("/generated/"))) {
    const lines = readFileSync(join(root, path), "utf8").split("\n");
    lines.forEach((line, index) => {
      if (new RegExp(`[Mm]icros"?\\)*::${FLOAT}\\b`, "i").test(line))
        problems.push(`${path}:${index + 1}: money is cast to a float: ${line.trim()}`);
    });
  }
}

function listFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}
