// Our own scripts: what the app's pages load, and the rehearsal's page. Nothing that npm brought.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  "array-callback-return": "error",
  "consistent-return": "error",
  curly: "error",
  "default-case-last": "error",
  eqeqeq: "error",
  "no-alert": "error",
  "no-console": ["error", { allow: ["warn", "error"] }],
  "no-else-return": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-implicit-coercion": "error",
  "no-new-func": "error",
  "no-param-reassign": "error",
  "no-promise-executor-return": "error",
  "no-script-url": "error",
  "no-shadow": "error",
  "no-throw-literal": "error",
  "no-unused-expressions": "error",
  "no-use-before-define": ["error", { functions: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-promise-reject-errors": "error",
  "prefer-template": "error",
  "require-atomic-updates": "error",
  strict: "error",
};

/* As docs/code.md says: `$` for events of elements, native listeners for all that jQuery would only pass through. */
const NATIVE = "window|document|audio|recorder";
const oneStyleOfListeners = [
  "error",
  {
    selector: [
      "CallExpression[callee.property.name='addEventListener'][arguments.length=2]",
      `:not([callee.object.name=/^(${NATIVE})$/])`,
      `:not([callee.object.property.name=/^(${NATIVE})$/])`,
      ":not([callee.object.callee.name='matchMedia'])",
    ].join(""),
    message: "Listen to elements with $(element).on(…).",
  },
  { selector: "CallExpression[callee.name='addEventListener']", message: "Say whose event it is: window.addEventListener(…)." },
  {
    selector: "CallExpression[callee.property.name=/^(on|one)$/][callee.object.callee.name='$'][callee.object.arguments.0.name=/^(window|document)$/]",
    message: "Listen to window and document with addEventListener.",
  },
];

export default [
  { ignores: ["node_modules/**", "static/built/**", ".venv*/**", "var/**"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["static/**/*.js", "rehearsal/page/**/*.js"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: { ...globals.browser, $: "readonly", Chart: "readonly", drawPoint: "readonly" },
    },
    rules,
  },
  {
    // The widget is on other sites' pages, without jQuery.
    files: ["static/**/*.js"],
    ignores: ["static/widget/**", "static/rehearsal/**"],
    rules: { "no-restricted-syntax": oneStyleOfListeners },
  },
  {
    // Runs on the audio thread.
    files: ["static/recorder/worklet.js"],
    languageOptions: { globals: globals.audioWorklet },
  },
  {
    // Loaded before the SDK's bundle, which is no module.
    files: ["static/rehearsal/**/*.js"],
    languageOptions: { sourceType: "script" },
    rules: { strict: ["error", "function"] },
  },
  {
    files: ["*.config.js", "deploy/**/*.mjs", "tests/**/*.js", "tests/**/*.mjs"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.node },
    rules,
  },
  {
    files: ["tests/**/*.cjs"],
    languageOptions: { ecmaVersion: 2023, sourceType: "commonjs", globals: globals.node },
    rules,
  },
];
