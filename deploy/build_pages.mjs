/* Builds what the pages load into static/built: one script and one stylesheet a page, named after a hash of their content.

   The app finds the names in static/built/manifest.json. Run by `make`, and before a deployment. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const BUILT = "static/built";

/* The name of each page's script and stylesheet, and the file that it is made from. */
const SCRIPTS = {
  desk: "static/desk/main.js",
  screener: "static/screener/main.js",
  call: "static/listener/main.js",
  account: "static/account/main.js",
  sounds: "static/sounds/main.js",
  messages: "static/messages/main.js",
  callers: "static/callers/main.js",
  words: "static/words/main.js",
};
const SCRIPTS_WITH_CHARTS = { waits: "static/waits/main.js" };
/* Threads of their own: the desk's page loads them when it records. */
const THREADS = {
  "recorder-worklet": "static/recorder/worklet.js",
  "recorder-worker": "static/recorder/worker.js",
};
const STYLES = {
  desk: "static/desk/page.css",
  screener: "static/screener/page.css",
  call: "static/listener/page.css",
  callers: "static/callers/page.css",
  messages: "static/messages/page.css",
  waits: "static/waits/page.css",
  account: "static/account/page.css",
  sounds: "static/sounds/page.css",
  help: "static/help/page.css",
};

/* These are loaded as they are: Twilio's unmodified SDK, and the script for browsers without modules. */
const COPIES = {
  "twilio-voice-sdk.js": "node_modules/@twilio/voice-sdk/dist/twilio.min.js",
  "too-old.js": "static/listener/too-old.js",
};

const LICENCES = {
  "jquery.txt": "jquery/LICENSE.txt",
  "twilio-voice-sdk.md": "@twilio/voice-sdk/LICENSE.md",
  "events.txt": "events/LICENSE",
  "loglevel.txt": "loglevel/LICENSE-MIT",
  "chart.js.md": "chart.js/LICENSE.md",
  "kurkle-color.md": "@kurkle/color/LICENSE.md",
};

/* The voice SDK's sounds, as a module of data URLs by their names: saves each page with a phone fifteen requests. */
const SOUNDS = "static/sound/sdk";
const soundsModule = {
  name: "sounds",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^sdk-sounds$/ }, () => ({ path: "sdk-sounds", namespace: "sounds" }));
    onLoad({ filter: /.*/, namespace: "sounds" }, async () => {
      const names = (await readdir(SOUNDS)).map((file) => path.parse(file).name).sort();
      const imports = names.map((name) => `import ${name} from "./${name}.wav";`);
      return { contents: `${imports.join("\n")}\nexport const SOUNDS = { ${names.join(", ")} };\n`, resolveDir: path.resolve(SOUNDS), loader: "js" };
    });
  },
};

const manifest = {};

await rm(BUILT, { recursive: true, force: true });
await mkdir(`${BUILT}/licences`, { recursive: true });
await bundle(SCRIPTS, ["static/shared/jquery.js"]);
await bundle(SCRIPTS_WITH_CHARTS, ["static/shared/jquery.js", "static/waits/chartjs.js"]);
await bundle(THREADS, []);
await bundle(STYLES, []);
for (const [name, from] of Object.entries(COPIES)) {
  await copy(name, from);
}
for (const [name, from] of Object.entries(LICENCES)) {
  await copyFile(`node_modules/${from}`, `${BUILT}/licences/${name}`);
}
await writeFile(`${BUILT}/manifest.json`, `${JSON.stringify(manifest, Object.keys(manifest).sort(), 1)}\n`);

/** Bundles each entry with all that it imports. `globals` are modules whose exports the scripts use without an import. */
async function bundle(entries, globals) {
  const { metafile } = await build({
    entryPoints: entries,
    inject: globals,
    outdir: BUILT,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    sourcemap: true,
    format: "esm",
    target: "es2022",
    external: ["/static/*"],
    loader: { ".wav": "dataurl" },
    plugins: [soundsModule],
    metafile: true,
    logLevel: "warning",
  });
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) {
      const file = path.basename(output);
      manifest[`${file.slice(0, file.lastIndexOf("-"))}${path.extname(file)}`] = file;
    }
  }
}

/** Copies a file under a name that holds a hash of its content. */
async function copy(name, from) {
  const hash = createHash("sha256").update(await readFile(from)).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  await copyFile(from, `${BUILT}/${manifest[name]}`);
}
