import { cpSync, readdirSync, rmSync } from "node:fs";
import { defineConfig } from "rolldown";

/** What importing the package loads is one file; what the first call needs comes with the first call. */
export default defineConfig({
  input: "src/index.ts",
  platform: "node",
  external: [/^[^./]/, /sdk\.cjs$/],
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    // The declarations have them.
    comments: false,
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        {
          debugName: "what the import loads",
          name: (id, context) => (isEager(id, (one) => context.getModuleInfo(one)) ? "evercred" : null),
        },
      ],
    },
  },
  plugins: [
    {
      name: "what tsc and rolldown leave to others",
      buildStart() {
        for (const file of readdirSync("dist").filter((name) => /\.js(\.map)?$/.test(name))) {
          rmSync(`dist/${file}`);
        }
      },
      writeBundle() {
        cpSync("src/sts/sdk.cjs", "dist/sts/sdk.cjs");
      },
    },
  ],
});

interface Info {
  readonly isEntry: boolean;
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
}
type InfoOf = (id: string) => Info | null;

/** A file more costs more than its few lines: what two parts share comes with the import too. */
function isEager(id: string, infoOf: InfoOf): boolean {
  const roots = rootsOf(id, infoOf, new Set());
  return roots.size > 1 || [...roots].some((root) => infoOf(root)?.isEntry === true);
}

/** From where static imports lead to a module: the entry, and what is loaded later. */
function rootsOf(id: string, infoOf: InfoOf, seen: Set<string>): ReadonlySet<string> {
  const info = seen.has(id) ? null : infoOf(id);
  seen.add(id);
  if (info === null) {
    return new Set();
  }
  const own = info.isEntry || info.dynamicImporters.length > 0 ? [id] : [];
  return new Set([...own, ...info.importers.flatMap((importer) => [...rootsOf(importer, infoOf, seen)])]);
}
