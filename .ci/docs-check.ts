/**
 * Holds the documentation to the code: blocks compile, links lead somewhere, names and messages exist.
 *
 *     node --conditions=@evercred/source --import tsx .ci/docs-check.ts
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import * as evercred from "evercred";

interface Page {
  /** Relative to the workspace. */
  readonly path: string;
  readonly lines: readonly string[];
  /** The same lines, with everything inside fenced blocks blanked. */
  readonly prose: readonly string[];
}

interface Block {
  readonly page: Page;
  /** How many lines of the page come before the block's first. */
  readonly offset: number;
  readonly text: string;
}

interface Failure {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

interface Outcome {
  readonly checked: number;
  readonly failures: readonly Failure[];
}

const root = resolve(import.meta.dirname, "..");
const scratch = join(root, ".docs-check");
const troubleshooting = "docs/troubleshooting.md";
const repository = "https://github.com/evercred/evercred/blob/main/";

const PAGES = /^(?:README|SECURITY|CONTRIBUTING)\.md$|^packages\/[\w-]+\/README\.md$|^docs\/.*\.md$/;

/** Folders that hold nothing of ours, or what is generated. */
const NOT_OURS = /^(?:node_modules|dist|coverage|reference|\..*)$/;

/** What must stand in no page: paths of one machine, and hosts of package registries. */
const FORBIDDEN: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(?<![\w.~-])\/(?:work|home|root|tmp|Users|usr|opt)\/[\w.-]/, "a path of one machine"],
  [/\b[A-Z]:\\\w/, "a path of one machine"],
  [/\bregistry\.[\w-]+\.\w+|\bnpmjs\.(?:com|org)\b|\bpkg\.github\.com\b/, "the host of a package registry"],
];

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The files below a folder, relative to the workspace. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() && !NOT_OURS.test(entry.name) ? filesBelow(path) : entry.isFile() ? [path] : [];
    }),
  );
  return found.flat().sort();
}

async function readPages(): Promise<readonly Page[]> {
  const paths = (await filesBelow("")).filter((path) => PAGES.test(path));
  return Promise.all(
    paths.map(async (path) => {
      const lines = (await readFile(join(root, path), "utf8")).split("\n");
      return { path, lines, prose: withoutFences(lines) };
    }),
  );
}

function withoutFences(lines: readonly string[]): readonly string[] {
  let inside = false;
  return lines.map((line) => {
    const fence = /^\s*```/.test(line);
    const blank = inside || fence;
    inside = fence ? !inside : inside;
    return blank ? "" : line;
  });
}

function blocksOf(page: Page): readonly Block[] {
  const blocks: Block[] = [];
  let start: number | undefined;
  page.lines.forEach((line, index) => {
    if (start === undefined && /^```(?:ts|typescript)\s*$/.test(line)) {
      start = index + 1;
    } else if (start !== undefined && /^```\s*$/.test(line)) {
      blocks.push({ page, offset: start, text: page.lines.slice(start, index).join("\n") });
      start = undefined;
    }
  });
  return blocks;
}

/**
 * The strict options of the workspace. Two are off: a block may end where its point is made, with a name that nobody
 * uses. No ambient declaration is added: every block is a module that stands by itself.
 */
const BLOCK_CONFIG = {
  extends: "../tsconfig.base.json",
  compilerOptions: {
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ["*.ts"],
};

/** One module a block, pushed down to the block's own line, so that the compiler names the page's lines. */
async function checkBlocks(pages: readonly Page[]): Promise<Outcome> {
  const blocks = pages.flatMap(blocksOf);
  const modules = new Map(blocks.map((block, index) => [`block-${index}.ts`, block]));
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  try {
    await writeFile(join(scratch, ".gitignore"), "*\n");
    await writeFile(join(scratch, "tsconfig.json"), JSON.stringify(BLOCK_CONFIG));
    for (const [name, { offset, text }] of modules) {
      await writeFile(join(scratch, name), `${"\n".repeat(offset)}${text}\nexport {};\n`);
    }
    return { checked: blocks.length, failures: readDiagnostics(await compile(), modules) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function compile(): Promise<string> {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const args = [compiler, "--project", scratch, "--pretty", "false"];
  return new Promise((answer) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      answer(error === null ? "" : `${stdout}${stderr}` || String(error));
    });
  });
}

function readDiagnostics(output: string, modules: ReadonlyMap<string, Block>): readonly Failure[] {
  const lines = output.split("\n").filter((line) => line !== "" && !/^\s/.test(line));
  return lines.map((line) => {
    const [, file = "", at = "1", message = line] = /([\w-]+\.ts)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    return { path: modules.get(file)?.page.path ?? ".ci/docs-check.ts", line: Number(at), message };
  });
}

/** The anchors GitHub gives the headings of a page. */
function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of page.prose) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading !== undefined) {
      const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
      const slug = plain
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-");
      let anchor = slug;
      for (let count = 1; anchors.has(anchor); count += 1) {
        anchor = `${slug}-${count}`;
      }
      anchors.add(anchor);
    }
  }
  return anchors;
}

/** Relative links, and absolute ones into this repository: what a package registry shows has no neighbours. */
function checkLinks(pages: readonly Page[]): Outcome {
  const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page)]));
  const failures: Failure[] = [];
  let checked = 0;
  for (const page of pages) {
    page.prose.forEach((line, index) => {
      for (const target of targetsOf(line)) {
        const reason = brokenBecause(page, target, anchors);
        checked += 1;
        if (reason !== undefined) {
          failures.push({ path: page.path, line: index + 1, message: `the link ${target} ${reason}` });
        }
      }
    });
  }
  return { checked, failures };
}

function targetsOf(line: string): readonly string[] {
  const text = line.replaceAll(/`[^`]*`/g, (code) => "x".repeat(code.length));
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const defined = [...text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/g)];
  const all = [...inline, ...defined].map(([, target = ""]) => target);
  return all.filter((target) => target.startsWith(repository) || !/^[a-z][a-z+.-]*:/i.test(target));
}

function brokenBecause(
  page: Page,
  target: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const own = target.startsWith(repository);
  const [file = "", anchor] = (own ? target.slice(repository.length) : target).split("#");
  const path = file === "" ? page.path : relative(root, resolve(root, own ? "." : dirname(page.path), file));
  if (path.startsWith("..") || !existsSync(join(root, path))) {
    return "leads to no file";
  }
  const known = anchors.get(path.replaceAll("\\", "/"));
  return anchor === undefined || known?.has(anchor) ? undefined : "leads to no heading";
}

/** Every code of the family has a heading whose anchor is the code in lower case: messages end with that address. */
async function checkCodes(pages: readonly Page[]): Promise<Outcome> {
  const source = await readFile(join(root, "packages/evercred/src/errors.ts"), "utf8");
  const codes = [...new Set(source.match(/\bERR_CREDENTIALS_[A-Z]+\b/g) ?? [])];
  const page = pages.find(({ path }) => path === troubleshooting);
  const anchors = page === undefined ? new Set<string>() : anchorsOf(page);
  const missing = codes.filter((code) => !anchors.has(code.toLowerCase()));
  const failures = missing.map((code) => ({ path: troubleshooting, line: 1, message: `${code} has no heading` }));
  return { checked: codes.length, failures };
}

/** Every value that `evercred` exports is named somewhere in docs/. */
function checkExports(pages: readonly Page[]): Outcome {
  const names = Object.keys(evercred);
  const text = pages.filter(({ path }) => path.startsWith("docs/")).flatMap(({ lines }) => lines);
  const missing = names.filter((name) => !text.some((line) => new RegExp(`\\b${name}\\b`).test(line)));
  const failures = missing.map((name) => ({
    path: "docs/README.md",
    line: 1,
    message: `${name} is documented nowhere`,
  }));
  return { checked: names.length, failures };
}

/** Every message that troubleshooting quotes (`> …` in backticks, `…` for what varies) is one the code can write. */
async function checkMessages(pages: readonly Page[]): Promise<Outcome> {
  const sources = await readSources();
  const page = pages.find(({ path }) => path === troubleshooting);
  const failures: Failure[] = [];
  let checked = 0;
  page?.prose.forEach((line, index) => {
    const quoted = /^> `+\s?(.*?)\s?`+\s*$/.exec(line)?.[1];
    if (quoted !== undefined) {
      checked += 1;
      const lost = quoted
        .split("…")
        .map(withoutEdges)
        .find((part) => !sources.includes(part));
      if (lost !== undefined) {
        failures.push({ path: page.path, line: index + 1, message: `no message of the code says "${lost}"` });
      }
    }
  });
  return { checked, failures };
}

/** A sentence may be put together of parts: what closes the one before is no part of the next. */
function withoutEdges(part: string): string {
  return part.replace(/^[\s).:;,]+/, "").trim();
}

/** The text of the sources, with concatenated strings joined and escapes of quotes undone. */
async function readSources(): Promise<string> {
  const paths = await filesBelow("packages/evercred/src");
  const parts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
  return parts
    .join("\n")
    .replaceAll(/["'`]\s*\+\s*["'`]/g, "")
    .replaceAll(/\\(["'`])/g, "$1");
}

function checkPlaces(pages: readonly Page[]): Outcome {
  const failures = pages.flatMap((page) =>
    page.lines.flatMap((line, index) =>
      FORBIDDEN.filter(([pattern]) => pattern.test(line)).map(([, what]) => {
        return { path: page.path, line: index + 1, message: `it names ${what}` };
      }),
    ),
  );
  return { checked: pages.length, failures };
}

/** A check that looked at nothing has not passed. */
function orEmpty(what: string, outcome: Outcome): Outcome {
  const nothing = { path: ".ci/docs-check.ts", line: 1, message: `found no ${what} to check` };
  return outcome.checked > 0 ? outcome : { checked: 1, failures: [nothing] };
}

const pages = await readPages();
const outcomes: readonly Outcome[] = [
  orEmpty("ts block", await checkBlocks(pages)),
  orEmpty("link", checkLinks(pages)),
  orEmpty("error code", await checkCodes(pages)),
  orEmpty("export", checkExports(pages)),
  orEmpty("message", await checkMessages(pages)),
  orEmpty("page", checkPlaces(pages)),
];

for (const { path, line, message } of outcomes.flatMap(({ failures }) => failures)) {
  print(`${path}:${line}: ${message}`);
}
const failed = outcomes.reduce((sum, { failures }) => sum + failures.length, 0);
const checked = outcomes.reduce((sum, outcome) => sum + outcome.checked, 0);
print(`${Math.max(0, checked - failed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
