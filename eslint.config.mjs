import next from "eslint-config-next/core-web-vitals";
import ts from "typescript-eslint";

const BROWSER = ["src/app/**/*.{ts,tsx}", "src/features/**/*.{ts,tsx}", "src/ui/**/*.{ts,tsx}"];

/** Rules of Next, React, hooks and accessibility, for the files that run in a browser; its parser settings stay out. */
const nextRules = next
  .filter((config) => config.rules !== undefined)
  .map(({ plugins, rules, settings }) => ({ files: BROWSER, plugins, rules, settings: settings ?? {} }))
  .map((config) => ({ ...config, plugins: withoutTypescript(config.plugins) }));

function withoutTypescript(plugins = {}) {
  return Object.fromEntries(Object.entries(plugins).filter(([name]) => name !== "@typescript-eslint"));
}

export default ts.config(
  {
    ignores: [
      ".next/",
      ".data/",
      "**/dist/",
      "src/kernel/db/generated/",
      "src/modules/escrow/contract/",
      "src/server/stripe-sandbox/core/generated/",
      "next-env.d.ts",
      "test-results/",
      "playwright-report/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-ignore": true, "ts-expect-error": "allow-with-description" },
      ],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // An interface may ask for a promise where nothing is awaited: `async` then turns a throw into a rejection.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  ...nextRules,
);
