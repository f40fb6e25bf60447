import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export const PARAMETERS_FILE = "src/server/stripe-sandbox/core/generated/parameters.ts";
const RESOURCES = "node_modules/stripe/cjs/resources";

/** The text of the generated file: a JSON Schema for each endpoint, such as "POST /v1/customers/:id", in order of their names. */
export function renderParameters(root, endpoints) {
  const { methods, checker } = readMethods(join(root, RESOURCES));
  const schemas = new Schemas(checker);
  const byEndpoint = [...endpoints].sort().map((endpoint) => {
    const method = methods.get(shapeOf(endpoint));
    if (method === undefined) throw new Error(`The stripe package has no method for ${endpoint}.`);
    return [
      endpoint,
      method.parameters === undefined ? { type: "object", additionalProperties: false } : schemas.of(method.parameters),
    ];
  });
  const lines = (entries) =>
    entries.map(([name, schema]) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)},\n`).join("");
  return `// Made from the types of the stripe package by \`node scripts/stripe-parameters.mjs\`; run it again after an update.
import type { Schema } from "../check-parameters";

/** The JSON Schema of the parameters that each endpoint takes at Stripe. */
export const ENDPOINT_SCHEMAS: Readonly<Record<string, Schema>> = {
${lines(byEndpoint)}};

/** What the schemas refer to by \`#/$defs/<name>\`. */
export const DEFINITIONS: Readonly<Record<string, Schema>> = {
${lines([...schemas.definitions].sort(([a], [b]) => (a < b ? -1 : 1)))}};
`;
}

/** An endpoint without the names of its path's parts. */
function shapeOf(endpoint) {
  return endpoint.replace(/:\w+/g, ":");
}

/** The type of \`params\` of every SDK method, by the endpoint that the method calls. */
function readMethods(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"));
  const files = names.map((name) => join(folder, name)).sort();
  const program = ts.createProgram(files, {
    noLib: false,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
  });
  const checker = program.getTypeChecker();
  const methods = new Map();
  for (const file of files) {
    const endpoints = endpointsIn(file.replace(/\.d\.ts$/, ".js"));
    ts.forEachChild(program.getSourceFile(file), (node) => {
      if (!ts.isClassDeclaration(node)) return;
      for (const member of node.members) {
        if (!ts.isMethodDeclaration(member)) continue;
        const declared = member.parameters.find(({ name }) => name.getText() === "params");
        const parameters = declared === undefined ? undefined : checker.getTypeAtLocation(declared);
        for (const endpoint of endpoints.get(`${node.name.text}.${member.name.getText()}`) ?? [])
          if (!methods.has(endpoint) || methods.get(endpoint).parameters === undefined)
            methods.set(endpoint, { parameters });
      }
    });
  }
  return { methods, checker };
}

/** Which endpoints each method of a resource class calls: \`_makeRequest('POST', \`/v1/customers/\${…}\`)\`. */
function endpointsIn(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  const found = new Map();
  const visit = (node, owner) => {
    if (ts.isCallExpression(node) && node.expression.name?.text === "_makeRequest" && owner !== null) {
      const [method, path] = node.arguments;
      found.set(owner, [...(found.get(owner) ?? []), `${method.text} ${pathOf(path)}`]);
    }
    ts.forEachChild(node, (child) => visit(child, owner));
  };
  ts.forEachChild(source, (node) => {
    if (!ts.isClassDeclaration(node)) return;
    for (const member of node.members)
      if (ts.isMethodDeclaration(member)) visit(member, `${node.name.text}.${member.name.text}`);
  });
  return found;
}

function pathOf(node) {
  if (!ts.isTemplateExpression(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `:${literal.text}`).join("");
}

/** JSON Schemas of TypeScript types; every named object type becomes one definition. */
class Schemas {
  definitions = new Map();
  #names = new Map();

  constructor(checker) {
    this.checker = checker;
  }

  of(type) {
    if (type.isUnion()) return this.#union(type.types);
    if (type.flags & ts.TypeFlags.StringLike)
      return type.isStringLiteral() ? { enum: [type.value] } : { type: "string" };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: "number" };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
    if (isOpenString(type)) return { type: "string" };
    if (this.checker.isArrayType(type))
      return { type: "array", items: this.of(this.checker.getTypeArguments(type)[0]) };
    if (this.checker.typeToString(type) === "Decimal") return { type: "string" };
    if (type.flags & ts.TypeFlags.Object) return this.#reference(type);
    throw new Error(`No schema for ${this.checker.typeToString(type)}.`);
  }

  /** Null does not exist in a form; an open enum is taken as closed, as the API itself does. */
  #union(types) {
    const absent = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
    const parts = types.filter(({ flags }) => (flags & absent) === 0);
    const literals = parts.filter((part) => part.isStringLiteral()).map(({ value }) => value);
    const isEnum = literals.some((literal) => literal !== "");
    const others = parts.filter((part) => !part.isStringLiteral() && !(isEnum && isOpenString(part)));
    const schemas = others.map((part) => this.of(part));
    const unique = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
    if (literals.length > 0) unique.push({ enum: literals.sort() });
    return unique.length === 1 ? unique[0] : { anyOf: unique };
  }

  #reference(type) {
    const name = this.#nameOf(type);
    if (name === null) return this.#object(type);
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {}); // Holds the place, should the type contain itself.
      this.definitions.set(name, this.#object(type));
    }
    return { $ref: `#/$defs/${name}` };
  }

  #nameOf({ symbol }) {
    if (symbol === undefined || symbol.name === "__type") return null;
    const name = this.checker.getFullyQualifiedName(symbol).replace(/^".*"\./, "");
    const known = this.#names.get(name) ?? symbol;
    if (known !== symbol) throw new Error(`Two types are called ${name}.`);
    this.#names.set(name, symbol);
    return name;
  }

  #object(type) {
    const names = this.checker.getPropertiesOfType(type);
    const optional = ts.SymbolFlags.Optional;
    const properties = names
      .map((property) => [property.name, this.of(this.checker.getTypeOfSymbol(property))])
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const required = names.filter(({ flags }) => (flags & optional) === 0).map(({ name }) => name);
    const rest = this.checker.getIndexInfosOfType(type)[0];
    return {
      type: "object",
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.length > 0 ? { required: required.sort() } : {}),
      additionalProperties: rest === undefined ? false : this.of(rest.type),
    };
  }
}

/** `string & Record<never, never>`: any string, beside the values that were known when the SDK was made. */
function isOpenString(type) {
  return type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String);
}
