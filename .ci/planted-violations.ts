/**
 * Plants a violation of every rule of the house, one at a time, and fails when the linter does not catch it: a checker
 * that passes on nothing is none.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

interface Plant {
  /** Where the file is put. */
  readonly path: string;
  readonly text: string;
  /** The rule that must be named. */
  readonly rule: string;
}

const importOf = (specifier: string) => `import { one } from "${specifier}";\n\nexport const two: number = one;\n`;
const lines = (count: number) => Array.from({ length: count }, (_, i) => `export const n${i} = ${i};\n`).join("");
const longFunction = `export function long(): number {\n  let sum = 0;\n${"  sum += 1;\n".repeat(60)}  return sum;\n}\n`;
const src = "packages/evercred/src";

const plants: readonly Plant[] = [
  { path: `${src}/planted.ts`, text: importOf("./cache/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/planted.ts`, text: importOf("./index.js"), rule: "noRestrictedImports" },
  { path: `${src}/cache/planted.ts`, text: importOf("../sts/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/cache/planted.ts`, text: importOf("../stores/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/stores/planted.ts`, text: importOf("../sts/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/sts/planted.ts`, text: importOf("../providers/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/providers/planted.ts`, text: importOf("../chain/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/providers/profile/planted.ts`, text: importOf("../../chain/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/chain/planted.ts`, text: importOf("../integrations/one.js"), rule: "noRestrictedImports" },
  { path: `${src}/cache/planted.ts`, text: 'export * from "./one.js";\n', rule: "noReExportAll" },
  { path: `${src}/cache/planted.ts`, text: 'export { one } from "./one.js";\n', rule: "noBarrelFile" },
  { path: `${src}/cache/planted.ts`, text: "export const one: any = 1;\n", rule: "noExplicitAny" },
  { path: `${src}/cache/planted.ts`, text: "export default 1;\n", rule: "noDefaultExport" },
  { path: `${src}/cache/planted.ts`, text: "export enum One {\n  A = 1,\n}\n", rule: "noEnum" },
  { path: `${src}/cache/planted.ts`, text: longFunction, rule: "noExcessiveLinesPerFunction" },
  { path: `${src}/cache/planted.ts`, text: lines(420), rule: "noExcessiveLinesPerFile" },
  {
    path: `${src}/cache/planted.ts`,
    text: "export function one(a: number, b: number, c: number, d: number): number {\n  return a + b + c + d;\n}\n",
    rule: "useMaxParams",
  },
  { path: `${src}/cache/plantedFile.ts`, text: "export const one = 1;\n", rule: "useFilenamingConvention" },
  { path: `${src}/cache/planted.ts`, text: 'console.log("one");\n', rule: "noConsole" },
  { path: `${src}/cache/planted.ts`, text: 'throw "one";\n', rule: "useThrowOnlyError" },
  {
    path: `${src}/cache/planted.ts`,
    text: "async function one(): Promise<void> {}\n\nexport function two(): void {\n  one();\n}\n",
    rule: "noFloatingPromises",
  },
  { path: `${src}/cache/one.ts`, text: importOf("./two.js"), rule: "noImportCycles" },
  {
    path: "packages/evercred/test/planted.test.ts",
    text: 'import { it } from "vitest";\n\nit.skip("one", () => {});\n',
    rule: "noSkippedTests",
  },
  {
    path: "packages/evercred/test/planted.test.ts",
    text: 'import { it } from "vitest";\n\nit.only("one", () => {});\n',
    rule: "noFocusedTests",
  },
];

/** The other half of the cycle, and what the plants import. */
const surroundings: Readonly<Record<string, string>> = {
  [`${src}/cache/two.ts`]: 'import { two } from "./one.js";\n\nexport const one: number = two;\n',
};

function lint(plant: Plant): string {
  const folder = mkdtempSync(join(tmpdir(), "evercred-plant-"));
  try {
    cpSync("biome.json", join(folder, "biome.json"));
    cpSync(".gitignore", join(folder, ".gitignore"));
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    for (const [path, text] of Object.entries({ ...surroundings, [plant.path]: plant.text })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const args = ["lint", "--error-on-warnings", "--max-diagnostics=50", "--colors=off", plant.path];
    const { stdout, stderr, status } = spawnSync(join(process.cwd(), "node_modules/.bin/biome"), args, {
      cwd: folder,
      encoding: "utf8",
    });
    return status === 0 ? "" : `${stdout}\n${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let failed = 0;
for (const plant of plants) {
  const said = lint(plant);
  if (!said.includes(`/${plant.rule} `)) {
    failed += 1;
    console.error(`not caught: ${plant.rule} in ${plant.path}\n${said.slice(0, 600)}`);
  }
}
console.log(`${plants.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
