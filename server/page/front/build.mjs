// Bundles the page into ../built, or with --check compares what is there with what it would write, or with --tests
// bundles the tests into build/tests. The same input and the pinned esbuild give the same bytes everywhere.
import { build } from "esbuild";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "../built");
const mode = process.argv[2] ?? "--write";

async function page() {
  const { outputFiles, metafile } = await build({
    entryPoints: { page: join(here, "src/main.tsx") },
    outdir: built,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "eof",
    absWorkingDir: here,
    write: false,
    metafile: true,
  });
  const notices = await licences(Object.keys(metafile.inputs));
  const files = new Map(
    outputFiles.map(({ path, text }) => [path, Buffer.from(path.endsWith(".js") ? text + notices : text)]),
  );
  files.set(join(built, "index.html"), await readFile(join(here, "src/index.html")));
  return files;
}

/** The licences of the libraries that these files are of, as a comment: they want to go where the library goes. */
async function licences(inputs) {
  const names = new Set(inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean));
  const texts = await Promise.all(
    [...names].sort().map(async (name) => {
      const text = await readFile(join(here, "node_modules", name, "LICENSE"), "utf8");
      return `${name}\n\n${text.trim()}`;
    }),
  );
  return `/*!\n${texts.join("\n\n---\n\n")}\n*/\n`;
}

async function write() {
  await mkdir(built, { recursive: true });
  for (const [path, bytes] of await page()) await writeFile(path, bytes);
}

async function check() {
  const wanted = await page();
  const there = (await readdir(built)).map((name) => join(built, name));
  const other = [...wanted].filter(([path]) => !there.includes(path)).map(([path]) => path);
  for (const path of there) {
    if (!wanted.get(path)?.equals(await readFile(path))) other.push(path);
  }
  if (other.length === 0) return;
  console.error("not what the sources give; run npm run build:", ...other);
  process.exitCode = 1;
}

async function tests() {
  const names = (await readdir(join(here, "test"))).filter((name) => name.endsWith(".test.ts"));
  await build({
    entryPoints: names.map((name) => join(here, "test", name)),
    outdir: join(here, "build/tests"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node18",
  });
}

await { "--write": write, "--check": check, "--tests": tests }[mode]();
