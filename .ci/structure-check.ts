/** What the linter has no rule for: the size of files, words that name nothing, and what must not be written down. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const MOST_CODE_LINES = 250;
const EMPTY_WORDS = /(^|[/-])(utils?|helpers?|common|base|manager|misc)([/.-]|$)/;
const LOCAL = [/\/(root|home)\/\w+\//, /\/work\/\w+\//, /\bregistry\.(npmjs|yarnpkg)\.\w+/];
const MARKS = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck/;
const TOP_LEVEL = new Set(
  (
    ".changeset .ci .editorconfig .github .gitignore .npmrc CONTRIBUTING.md LICENSE README.md SECURITY.md biome.json docs " +
    "examples package.json packages pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json tsconfig.checks.json " +
    "tsconfig.json vitest.config.ts"
  ).split(" "),
);

const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
const files = execFileSync("git", args, { encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(file));
const problems: string[] = [];

for (const file of files) {
  const [top = ""] = file.split("/");
  if (!TOP_LEVEL.has(top)) {
    problems.push(`${file}: ${top} is not among the files of the top level`);
  }
  if (/\.tsx?$/.test(file)) {
    checkCode(file);
  }
  if (file !== ".ci/structure-check.ts" && !file.endsWith("pnpm-lock.yaml")) {
    checkText(file);
  }
}

function checkCode(file: string): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const code = lines.filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line)).length;
  if (file.includes("/src/") && code > MOST_CODE_LINES) {
    problems.push(`${file}: ${code} code lines, at most ${MOST_CODE_LINES}; it is two files`);
  }
  if (EMPTY_WORDS.test(file)) {
    problems.push(`${file}: the name says nothing about what is in it`);
  }
  if (/\/src\//.test(file) && lines.some((line) => MARKS.test(line))) {
    problems.push(`${file}: has a mark of unfinished work`);
  }
}

function checkText(file: string): void {
  const text = readFileSync(file, "utf8");
  for (const pattern of LOCAL) {
    const found = pattern.exec(text);
    if (found !== null) {
      problems.push(`${file}: names ${found[0]}, which exists on one machine only`);
    }
  }
  const keys = text.match(/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g) ?? [];
  for (const key of keys.filter((one) => !one.endsWith("EXAMPLE"))) {
    problems.push(
      `${file}: ${key.slice(0, 6)}… looks like an access key; only AWS's documented examples may stand here`,
    );
  }
}

for (const problem of problems) {
  console.error(problem);
}
console.log(`${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
